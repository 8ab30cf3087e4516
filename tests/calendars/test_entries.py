"""What a date says in somebody's calendar, and to whom."""

from datetime import timedelta

import pytest

from forum.calendars.entries import event_entry, organizer, reader, session_entry
from forum.calendars.ics import Attendee, Conference, Inviter, cancel, publish_one, request
from forum.db import db
from forum.events.models import EventStatus, Mode, SessionStatus
from forum.i18n import speaking
from forum.registration.models import Status
from tests.mail.illness import words_of_illness
from tests.make import WRITTEN

pytestmark = pytest.mark.sqlite_is_enough

CALL = (
    "Questions? Call 617-555-0142 (Monday to Friday, 9:00 am to 5:00 pm, Eastern Time) "
    "or write to hello@lantern.example."
)


@pytest.fixture
def house(make):
    """The programme and its venue."""
    from forum.events.queries import venue

    return make.programme(), venue()


def test_a_patient_in_person_reads_when_where_and_whom_to_call(make, house):
    event = make.event()
    ada = make.registration(event)
    entry = event_entry(event, *house, ada)

    assert entry.summary == "Lantern spring day"
    assert entry.location == "Harborlight Conference Center, 1 Example Wharf, Boston, MA 00000"
    assert entry.description.split("\n") == [
        "Saturday, April 24, 2027, 8:15 am to 4:30 pm, Eastern Time",
        "Step-free from the garage and the street.",
        CALL,
    ]
    assert (entry.is_private, entry.is_busy, entry.timezone) == (True, True, "America/New_York")


def test_a_discreet_entry_of_hers_leads_to_no_page_that_names_the_illness(make, house):
    event = make.event()
    session = make.session(event)
    ada, full = make.registration(event), make.registration(event, is_discreet=False)

    for entry in (event_entry(event, *house, ada), session_entry(session, *house, ada)):
        assert (entry.url, "/events/" in entry.description) == (None, False)
    page = "http://localhost:8000/events/forum-1/"
    assert event_entry(event, *house, full).url == event_entry(event, *house).url == page


def test_someone_far_away_reads_both_times_and_how_to_join(make, house):
    webcast = make.webcast()
    delphine = make.registration(webcast, timezone="Europe/Paris")
    entry = event_entry(webcast, *house, delphine)

    assert entry.location == "Online"
    assert entry.description.split("\n")[:5] == [
        "Wednesday, December 16, 2026, 6:00 pm to 7:00 pm, Central European Time (Paris)",
        "12:00 noon to 1:00 pm, Eastern Time",
        "To join, open your page from our email and choose Join.",
        "The button is there from 15 minutes before the start.",
        "Or listen by phone: 617-555-0150",
    ]
    assert entry.timezone == "UTC"


def test_the_entry_of_a_forum_promises_no_button_before_its_first_online_session(make, house):
    forum = make.event()
    make.session(forum, room=make.room())
    entry = event_entry(forum, *house, make.registration(forum, mode=Mode.WEBCAST))

    said = "Each online session has its button from 15 minutes before it starts."
    assert said in entry.description.split("\n")
    assert "before the start." not in entry.description


def test_an_entry_says_where_she_learns_how_to_join_while_there_is_no_stream(make, house):
    forum = make.event()
    later, now = make.room(stream_url=None), make.room()
    lacking, shown = (make.session(forum, room=room) for room in (later, now))
    ada = make.registration(forum, mode=Mode.WEBCAST)

    def says_join(entry) -> bool:
        said = "Your page says how to join. Open it from our email." in entry.description
        assert said != ("choose Join" in entry.description)
        return not said

    seen = [event_entry(forum, *house, ada)]
    seen += [session_entry(each, *house, ada) for each in (lacking, shown)]
    assert [says_join(each) for each in seen] == [True, False, True]

    now.stream_url = None
    assert not says_join(event_entry(forum, *house, ada))


def test_someone_on_the_phone_has_the_number_to_tap(make, house):
    webcast = make.webcast()
    greta = make.registration(webcast, mode=Mode.PHONE)
    entry = event_entry(webcast, *house, greta)

    assert entry.location == "By phone: 617-555-0150"
    assert "Call 617-555-0150 at the start." in entry.description
    assert entry.conference == Conference(
        address="tel:+1-617-555-0150", label="By phone", features=("PHONE", "AUDIO")
    )


def test_a_forum_by_phone_has_one_number_and_leads_to_her_page_for_the_others(make, house):
    event = make.event()
    for name, number in (("Tide Auditorium", "0150"), ("North Pier Room", "0151")):
        room = make.room(name=name, dial_in=f"+1-617-555-{number}")
        make.session(event, room=room)
    make.session(event, room=make.room(dial_in=None))
    entry = event_entry(event, *house, make.registration(event, mode=Mode.PHONE))

    assert (
        "Call 617-555-0150 to listen. Your page has the hours.\n"
        "At some hours another number is the one to call. Your page says which."
    ) in entry.description
    assert "555-0151" not in entry.description


def test_a_canceled_entry_does_not_say_how_she_takes_part(make, house):
    event = make.event()
    make.session(event, room=make.room())
    for mode in Mode:
        left = make.registration(event, mode=mode, status=Status.CANCELLED)
        lines = event_entry(event, *house, left).description.split("\n")
        assert [
            line for line in lines if line.startswith(("Step-free", "Call 617", "To join"))
        ] == []


@pytest.mark.parametrize("mode", list(Mode))
def test_no_byte_for_someone_discreet_tells_the_illness(make, house, mode):
    event = make.event()
    track = make.track(name="Living with metastatic breast cancer")
    speaker = make.speaker(role="Medical oncologist, MBC clinic")
    session = make.session(event, track=track, room=make.room(), speakers=(speaker,), title="Stage")
    ada = make.registration(event, mode=mode)
    files = [
        write(entry, organizer(house[0]), reader(ada))
        for entry in (event_entry(event, *house, ada), session_entry(session, *house, ada))
        for write in (request, cancel)
    ]
    files.append(publish_one(session_entry(session, *house), organizer(house[0])))
    text = b"".join(files).replace(b"\r\n ", b"").decode()

    assert words_of_illness(text) == []


def test_whoever_asked_for_full_titles_has_them(make, house):
    event = make.event()
    session = make.session(event, speakers=(make.speaker(name="Thistle Examplar"),))
    flora = make.registration(event, is_discreet=False)

    assert event_entry(event, *house, flora).summary == event.title
    assert session_entry(session, *house, flora).summary == "Bones: pain, strength and radiation"
    assert "Thistle Examplar, Nurse" in session_entry(session, *house, flora).description
    assert event_entry(event, *house, is_full=True).summary == event.title


def test_no_entry_holds_an_address_that_opens_something_personal(make, house):
    event = make.event()
    session = make.session(event)
    ada = make.registration(event)
    for entry in (event_entry(event, *house, ada), session_entry(session, *house, ada)):
        assert "/my/" not in f"{entry.description} {entry.url} {entry.location}"
        assert ada.public_id not in repr(entry)


def test_an_entry_is_the_same_on_every_path(make, house):
    webcast = make.webcast()
    ada = make.registration(webcast)
    public = event_entry(webcast, *house)
    [session] = webcast.sessions

    assert session_entry(session, *house) == public
    assert session_entry(session, *house, ada) == event_entry(webcast, *house, ada)
    assert (event_entry(webcast, *house, ada).uid, public.uid) == (ada.uid, session.uid)


def test_everyone_has_entries_of_her_own_of_the_event_and_of_each_session(make, house):
    event = make.event()
    sessions = [make.session(event) for _ in range(2)]
    people = [make.registration(event) for _ in range(2)]
    uids = [
        entry.uid
        for person in (None, *people)
        for entry in (
            event_entry(event, *house, person),
            *(session_entry(each, *house, person) for each in sessions),
        )
    ]
    assert len(set(uids)) == 9
    assert [uid for uid in uids if not uid.endswith("@forum")] == []


def test_who_has_the_uids_of_the_event_from_before_keeps_those_of_its_sessions(make, house):
    event = make.event()
    session = make.session(event)
    ada = make.registration(event, uid=event.uid)
    assert session_entry(session, *house, ada).uid == session.uid


def test_the_sequence_rises_when_the_event_or_her_own_place_changes(make, house):
    event = make.event(sequence=3)
    ada = make.registration(event, sequence=2)
    assert event_entry(event, *house, ada).sequence == 5
    event.sequence += 1
    assert event_entry(event, *house, ada).sequence == 6
    ada.sequence += 1
    assert event_entry(event, *house, ada).sequence == 7
    assert event_entry(event, *house).sequence == 4


def test_an_entry_was_changed_when_the_event_or_her_place_was(make, house):
    later = WRITTEN + timedelta(days=3)
    event = make.event()
    ada = make.registration(event, updated_at=later)
    assert event_entry(event, *house, ada).updated_at == later
    assert event_entry(event, *house).updated_at == WRITTEN


def test_a_canceled_place_session_or_event_is_a_canceled_entry(make, house):
    event = make.event()
    gone = make.session(event, status=SessionStatus.CANCELLED)
    stays = make.session(event)
    left = make.registration(event, status=Status.CANCELLED)

    assert event_entry(event, *house, left).is_cancelled
    assert session_entry(stays, *house, left).is_cancelled
    assert session_entry(gone, *house).is_cancelled
    assert not session_entry(stays, *house).is_cancelled
    assert not event_entry(event, *house).is_cancelled

    event.status = EventStatus.CANCELLED
    assert event_entry(event, *house).is_cancelled
    assert session_entry(stays, *house).is_cancelled


def test_canceling_the_event_raises_the_sequence_of_its_sessions(make, house):
    event = make.event(sequence=1)
    session = make.session(event, sequence=4)
    before = session_entry(session, *house).sequence
    event.sequence += 1
    assert session_entry(session, *house).sequence == before + 1


def test_an_entry_speaks_the_language_spoken(make, house, app):
    event = make.event()
    with app.test_request_context(), speaking("es"):
        entry = event_entry(event, *house)
    assert entry.description.startswith("sábado 24 de abril de 2027")
    assert entry.url == "http://localhost:8000/events/forum-1/?lang=es"


def test_the_organizer_is_the_neutral_name_at_our_from_address(make, house):
    assert organizer(house[0]) == Inviter("Lantern", "events@localhost")
    ada = make.registration(make.event(), name="Ada Q. Trialrun", email="ada@people.example")
    assert reader(ada) == Attendee("Ada Q. Trialrun", "ada@people.example")


def test_a_session_without_room_or_venue_still_has_an_entry(make):
    event = make.event()
    session = make.session(event, room=None)
    db.session.expire_all()
    assert session_entry(session, make.programme(), None).location == ""


def test_an_entry_says_whom_to_call_on_the_day(make, house):
    event = make.event(day_phone="+1-617-555-0190", day_hours="07:00-17:00")

    lines = event_entry(event, *house, make.registration(event)).description.split("\n")

    words = "On the day, call 617-555-0190 (7:00 am to 5:00 pm, Eastern Time)."
    assert lines[-2:] == [CALL, words]
