"""What a notice says to each reader, decided when it is sent."""

from datetime import timedelta

import icalendar
import pytest
from sqlalchemy import select

from forum import clock
from forum.db import db, transaction
from forum.emails import Letter, Silence, write
from forum.events.models import Event, Mode
from forum.outbox.models import Message, MessageState
from forum.planning import actions as events
from forum.registration.models import Registration, SessionPlace, Status
from tests.actions.planning.plans import event_plan
from tests.notices import HALF, Desk

pytestmark = pytest.mark.sqlite_is_enough

SAME = Silence("Nothing has changed for this person since the last notice.")
AT_THE_SAME_TIME = (
    "The time stays the same: Saturday, April 24, 2027, 8:15 am to 9:00 am, Eastern Time"
)
NEWER = Silence("A newer email says it.")
PACIFIC = "America/Los_Angeles"


@pytest.fixture
def event(make):
    return make.event()


@pytest.fixture
def session(make, event):
    room = make.room(name="Harbor Room")
    return make.session(event, room=room, title="Bones and strength", quiet_title="Session 1 A")


@pytest.fixture
def petra(make):
    return Desk(make.organizer())


def mails(person: Registration) -> list[Letter | Silence]:
    """Return what would be written of her notices now, the oldest first."""
    db.session.rollback()
    db.session.expire_all()
    rows = select(Message).where(Message.registration == person, Message.email == "notice")
    return [write(each, clock.now()) for each in db.session.scalars(rows.order_by(Message.id))]


def sent(person: Registration) -> None:
    """Let what waits for her have been sent."""
    for each in db.session.scalars(select(Message).where(Message.registration == person)):
        each.state, each.sent_at = MessageState.SENT, clock.now()
    db.session.commit()


def changed(letter: Letter) -> list[str]:
    """Return the lines under "What has changed"."""
    lines = letter.text.split("What has changed\n")[1].split("Nothing else has changed.")[0]
    return [line.strip().removeprefix("- ") for line in lines.splitlines() if line.strip()]


def entry_of(letter: Letter) -> icalendar.Event:
    [entry] = icalendar.Calendar.from_ical(letter.calendar.content).walk("VEVENT")
    return entry


def move_event(event: Event, petra: Desk, by: timedelta) -> None:
    plan = event_plan(event, starts_at=event.starts_at + by, ends_at=event.ends_at + by)
    with transaction():
        events.change_event(event, plan, version=event.version, by=petra.organizer, now=clock.now())


@pytest.mark.both_engines
def test_it_says_what_it_was_and_what_it_is_on_her_clock_and_the_events(
    make, event, session, petra
):
    ada = make.registration(event, mode=Mode.WEBCAST, timezone=PACIFIC)
    petra.move(session)
    petra.send(event)
    [letter] = mails(ada)
    assert letter.subject == (
        "Something has changed for Saturday, April 24, 2027: Lantern spring day"
    )
    assert changed(letter) == [
        "Session 1 A",
        (
            "Before: Saturday, April 24, 2027, 5:15 am to 6:00 am, Pacific Time"
            " (8:15 am to 9:00 am, Eastern Time)"
        ),
        (
            "Now: Saturday, April 24, 2027, 5:45 am to 6:30 am, Pacific Time"
            " (8:45 am to 9:30 am, Eastern Time)"
        ),
    ]
    assert letter.calendar is None, "sessions are in her feed"


def test_each_kind_of_reader_is_told_what_concerns_her(make, event, session, petra):
    circle = make.session(
        event, room=make.room(), quiet_title="Circle 1", capacity=8, is_streamed=False
    )
    people = {mode: make.registration(event, mode=mode) for mode in Mode}
    full = make.registration(event, is_discreet=False)
    make._keep(SessionPlace(registration=full, session=circle, status=Status.CONFIRMED))
    petra.change(session, room=make.room(name="Tide Auditorium", dial_in="+1-617-555-0199"))
    petra.cancel(circle)
    petra.send(event)
    told = {mode: changed(mails(person)[0]) for mode, person in people.items()}
    assert told == {
        Mode.IN_PERSON: [
            "Session 1 A",
            AT_THE_SAME_TIME,
            "It is in another room: Tide Auditorium, not Harbor Room.",
        ],
        Mode.WEBCAST: [
            "Session 1 A",
            AT_THE_SAME_TIME,
            "It has a new online address. The Join button on your page opens it.",
        ],
        Mode.PHONE: [
            "Session 1 A",
            AT_THE_SAME_TIME,
            "The number to call: 617-555-0199, not 617-555-0150 any more",
        ],
    }
    assert changed(mails(full)[0]) == [
        "Bones and strength",
        AT_THE_SAME_TIME,
        "It is in another room: Tide Auditorium, not Harbor Room.",
        circle.title,
        "It is canceled.",
        "It was planned for: Saturday, April 24, 2027, 8:15 am to 9:00 am, Eastern Time",
        "You had chosen it. On your page you can choose another.",
    ]


def test_a_new_number_of_a_room_is_said_once_for_all_its_sessions(make, event, session, petra):
    make.session(event, room=session.room, starts_at=event.starts_at + timedelta(hours=2))
    phone = make.registration(event, mode=Mode.PHONE)
    petra.restream(session.room, dial_in="+1-617-555-0199")
    petra.send(event)
    [letter] = mails(phone)
    assert changed(letter) == [
        "Harbor Room",
        "The number to call: 617-555-0199, not 617-555-0150 any more",
    ]
    assert "tel:+1-617-555-0199" in str(entry_of(letter)["CONFERENCE"])


def test_one_who_waits_is_told_of_the_day_and_has_no_entry_to_change(make, event, session, petra):
    wim = make.registration(event, status=Status.WAITLISTED)
    move_event(event, petra, timedelta(days=7))
    petra.send(event)
    [letter] = mails(wim)
    assert changed(letter) == [
        "The day",
        "Before: Saturday, April 24, 2027, 8:15 am to 4:30 pm, Eastern Time",
        "Now: Saturday, May 1, 2027, 8:15 am to 4:30 pm, Eastern Time",
    ]
    assert letter.calendar is None


def test_a_moved_day_brings_the_entry_with_the_same_uid_and_a_higher_sequence(
    make, event, session, petra, written
):
    ada = make.registration(event)
    before = entry_of(written("confirmation", ada))
    move_event(event, petra, timedelta(days=7))
    petra.send(event)
    [letter] = mails(ada)
    after = entry_of(letter)
    assert letter.calendar.method == "REQUEST"
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after.start - before.start == timedelta(days=7)
    assert changed(letter)[-1] == (
        "The sessions move to the new date. Their times of day stay the same."
    )


def test_if_it_moved_again_since_it_says_the_newest_and_if_it_moved_back_nothing(
    make, event, session, petra
):
    ada = make.registration(event)
    petra.move(session)
    petra.send(event)
    petra.move(session)
    assert changed(mails(ada)[0])[-1].startswith("Now: Saturday, April 24, 2027, 9:15 am")
    petra.move(session, -2 * HALF)
    assert mails(ada) == [SAME]


def test_of_two_notices_that_wait_the_newest_says_it_all_with_the_oldest_before(
    make, event, session, petra
):
    ada = make.registration(event)
    petra.move(session)
    petra.send(event)
    petra.move(session)
    petra.send(event)
    older, newest = mails(ada)
    assert older == NEWER
    assert changed(newest)[1:] == [
        "Before: Saturday, April 24, 2027, 8:15 am to 9:00 am, Eastern Time",
        "Now: Saturday, April 24, 2027, 9:15 am to 10:00 am, Eastern Time",
    ]


@pytest.mark.both_engines
def test_after_one_that_was_sent_the_next_says_what_has_changed_since(
    make, event, session, petra, today
):
    ada = make.registration(event)
    petra.move(session)
    petra.send(event)
    sent(ada)
    today.shift(timedelta(hours=1))
    petra.move(session)
    petra.send(event)
    assert changed(mails(ada)[-1])[1].startswith("Before: Saturday, April 24, 2027, 8:45 am")


def test_what_an_email_has_told_already_is_not_told_again(make, event, session, petra, today):
    """It moved again while the first email waited, so that told both moves."""
    ada = make.registration(event)
    petra.move(session)
    petra.send(event)
    petra.move(session)
    today.shift(timedelta(hours=1))
    sent(ada)
    petra.send(event)
    assert mails(ada)[-1] == SAME


def test_what_changed_before_she_registered_is_no_news_to_her(make, event, session, petra, today):
    make.registration(event)
    other = make.session(event, room=make.room(), quiet_title="Session 2")
    petra.move(session)
    petra.send(event)
    today.shift(timedelta(hours=1))
    petra.move(session)
    today.shift(timedelta(hours=1))
    boris = make.registration(event, registered_at=clock.now())
    today.shift(timedelta(hours=1))
    petra.move(other)
    petra.send(event)
    assert [line.split(":")[0] for line in changed(mails(boris)[0])] == [
        "Session 2",
        "Before",
        "Now",
    ]


def test_who_has_canceled_meanwhile_hears_nothing(make, event, session, petra):
    ada = make.registration(event)
    petra.move(session)
    petra.send(event)
    ada.status, ada.cancelled_at = Status.CANCELLED, clock.now()
    db.session.commit()
    assert mails(ada) == [Silence("This person has canceled.")]


def test_the_desks_own_words_are_said_in_the_readers_language_or_in_the_one_there_is(
    make, event, session, petra
):
    ada, cora = make.registration(event), make.registration(event, language="es")
    petra.move(session)
    petra.send(event, words={"en": "Please use the ramp.", "es": "Use la rampa."})
    assert "\nPlease use the ramp.\n" in mails(ada)[0].text
    assert "\nUse la rampa.\n" in mails(cora)[0].text
    assert ">Use la rampa.</p>" in mails(cora)[0].html
    petra.move(session)
    petra.send(event, words={"en": "Bring a coat."})
    assert "\nBring a coat.\n" in mails(cora)[-1].text


def test_a_room_whose_name_tells_is_not_named_to_a_discreet_reader(make, event, session, petra):
    ada = make.registration(event)
    petra.change(session, room=make.room(name="Oncology Hall"))
    petra.send(event)
    assert changed(mails(ada)[0]) == ["Session 1 A", AT_THE_SAME_TIME, "It is in another room."]


def test_a_neutral_title_of_a_session_comes_with_the_way_to_the_full_one(
    make, event, session, petra
):
    ada = make.registration(event)
    flora = make.registration(event, is_discreet=False)
    petra.change(session, room=make.room())
    petra.send(event)

    way = "Sessions have short names here. Your page shows their full titles"
    [hers], [full] = mails(ada), mails(flora)
    assert [way in each for each in (hers.text, hers.html)] == [True, True]
    assert [way in each for each in (full.text, full.html)] == [False, False]


def test_a_second_notice_has_a_subject_of_its_own(make, event, session, petra):
    ada = make.registration(event)
    for _ in range(2):
        petra.move(session)
        petra.send(event)
        newest = mails(ada)[-1].subject
        sent(ada)

    assert newest == (
        "Something has changed for Saturday, April 24, 2027 (notice 2): Lantern spring day"
    )


def test_an_online_session_that_loses_its_room_is_not_said_to_have_a_new_address(
    make, event, session, petra
):
    ada = make.registration(event, mode=Mode.WEBCAST)
    petra.change(session, room=None)
    petra.send(event)

    assert changed(mails(ada)[0]) == [
        "Session 1 A",
        AT_THE_SAME_TIME,
        "It has no online address at the moment.",
    ]


def test_what_is_to_be_online_without_an_address_is_not_said_to_be_there_to_watch(
    make, event, petra
):
    circle = make.session(event, room=None, quiet_title="Circle 1", is_streamed=False)
    ada = make.registration(event, mode=Mode.WEBCAST)
    petra.change(circle, is_streamed=True)
    petra.send(event)

    assert changed(mails(ada)[0]) == [
        "Circle 1",
        AT_THE_SAME_TIME,
        "It will also be online. There is no online address yet.",
    ]
