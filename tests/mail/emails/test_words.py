"""What emails say, and what a discreet one never says."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import html5lib
import icalendar
import pytest
import time_machine

from forum import clock
from forum.db import transaction
from forum.emails import Letter, write
from forum.emails.kinds import KINDS, SIGN_IN, CalendarMethod
from forum.events.models import EventStatus, Mode
from forum.privacy import actions as privacy
from forum.privacy.models import ConsentPurpose
from forum.registration.models import Status
from tests.mail.occasions import SHORT, facts_of, invited, person_for, sign_in
from tests.make import SPRING_DAY

XHTML = "{http://www.w3.org/1999/xhtml}"
TWO_DAYS_BEFORE = datetime(2027, 4, 22, 14, 0, tzinfo=UTC)
ABOUT_THE_DAY = sorted(KINDS.keys() - SHORT)


@pytest.fixture
def engine(sqlite_engine):
    """One engine is enough for what only reads."""
    return sqlite_engine


@pytest.fixture
def event(make):
    event = make.event()
    make.session(event, room=make.room(name="Tide Auditorium", dial_in="+1-617-555-0150"))
    make.reminder(event, "P7D", local_time="10:00")
    make.reminder(event, "P2D", local_time="10:00")
    make.reminder(event, "PT90M", modes=("webcast", "phone"))
    return event


@pytest.fixture
def letter_of(make, event, queue):
    """Return a way to have any email, to anybody, two days before."""

    def letter_of(name: str, /, **facts) -> Letter:
        if name == SIGN_IN:
            return sign_in(make)
        with time_machine.travel(TWO_DAYS_BEFORE + timedelta(hours=3), tick=False):
            person = person_for(make, event, name, **facts)
            if KINDS[name].calendar == CalendarMethod.CANCEL:
                invited(queue, person)
            told = facts_of(make, name, person)
            letter = write(queue(name, person, facts=told), clock.now())
        assert isinstance(letter, Letter), letter
        return letter

    return letter_of


def words_of_html(letter: Letter) -> str:
    body = html5lib.parse(letter.html).find(f"{XHTML}body")
    return " ".join("".join(_pieces(body)).split())


def _pieces(element: ET.Element) -> list[str]:
    """Return an element's words, and where its links lead after theirs."""
    found = [element.text or ""]
    for child in element:
        is_comment = not isinstance(child.tag, str)  # only Outlook for Windows reads them
        found += [*([] if is_comment else _pieces(child)), child.tail or ""]
    if element.get("href", "").startswith("http"):
        found.append(f" {element.get('href')} ")
    return found if element.tag.removeprefix(XHTML) in {"a", "strong"} else [*found, " "]


def plain(text: str) -> str:
    return " ".join(re.sub(r"^--\s*$|^\s*- ", " ", text, flags=re.MULTILINE).split())


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", [*KINDS, SIGN_IN])
def test_plain_text_and_html_say_the_same(letter_of, name, language):
    letter = letter_of(name, mode=Mode.WEBCAST, language=language)
    spoken = re.sub(r"(?<=http)(\S+) ", r"\1 ", plain(letter.text))
    assert sorted(words_of_html(letter).split()) == sorted(spoken.split())


@pytest.mark.parametrize("name", ABOUT_THE_DAY)
def test_every_email_says_when_how_to_join_and_whom_to_call_in_this_order(letter_of, name):
    letter = letter_of(name, timezone="America/Los_Angeles")
    order = [
        "Hello Ada",
        "When",
        "Saturday, April 24, 2027, 5:15 am to 1:30 pm, Pacific Time",
        "8:15 am to 4:30 pm, Eastern Time",
        "How to join",
        "Whom to call",
        "617-555-0142, Monday to Friday, 9:00 am to 5:00 pm, Eastern Time",
        "/my/",
    ]
    places = [letter.text.find(words) for words in order]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("name", [*KINDS, SIGN_IN])
def test_every_email_can_be_read_anywhere(letter_of, name):
    letter = letter_of(name)
    assert len(letter.html.encode()) < 102_000
    tree = html5lib.HTMLParser(strict=True).parse(letter.html)
    assert tree.get("lang") == "en"
    assert [h.tag for h in tree.iter(f"{XHTML}h1")] == [f"{XHTML}h1"]
    assert {t.get("role") for t in tree.iter(f"{XHTML}table")} == {"presentation"}
    assert not list(tree.iter(f"{XHTML}img"))
    assert not re.search(r"url\(|@import|<link|<script|src=", letter.html)
    assert '<meta name="color-scheme" content="light dark">' in letter.html
    sizes = [int(size) for size in re.findall(r"font(?:-size)?:[^;\"]*?(\d+)px", letter.html)]
    assert min(sizes) >= 16


def test_an_invitation_leads_to_everyones_form_and_says_where_she_asked(letter_of, event):
    letter = letter_of("invitation", mode=Mode.WEBCAST)
    assert re.search(rf"Register\n  http\S+/events/{event.slug}/register\n", letter.text)
    assert "On Thursday, April 22, 2027 you told us that you would like" in letter.text
    assert "In person\n  Harborlight Conference Center\n" in letter.text
    assert "Online\n  By phone\n" in letter.text
    assert letter.list_id == "invitations.localhost"
    assert letter.calendar is None


def test_before_registration_opens_an_invitation_says_when_it_does(letter_of, event):
    event.registration_opens_at = datetime(2027, 4, 23, 13, 0, tzinfo=UTC)
    letter = letter_of("invitation", timezone="America/Los_Angeles")
    assert re.search(
        r"Registration opens:\n  Friday, April 23, 2027, 6:00 am, Pacific Time\n"
        r"  Friday, April 23, 2027, 9:00 am, Eastern Time\n",
        letter.text,
    )
    assert "/register" not in letter.text


@pytest.mark.parametrize(
    "overrides", [{"mail_invitation_sender": "invitations@lantern.example"}], ids=["own sender"]
)
def test_invitations_may_come_from_an_address_of_their_own(letter_of, overrides):
    invitation, reminder = letter_of("invitation"), letter_of("reminder")
    assert invitation.sender.address == "invitations@lantern.example"
    assert invitation.list_id == "invitations.lantern.example"
    assert reminder.sender.address == "events@localhost"
    assert reminder.list_id is None


def test_the_subject_and_the_sender_are_neutral(letter_of):
    letter = letter_of("reminder")
    assert letter.subject == "Coming up on Saturday, April 24, 2027: Lantern spring day"
    assert letter.sender.name == "Lantern"


def test_those_who_come_are_told_where_and_the_others_how(letter_of):
    there, watching, listening = (
        letter_of("confirmation", mode=mode).text
        for mode in (Mode.IN_PERSON, Mode.WEBCAST, Mode.PHONE)
    )
    assert "Harborlight Conference Center\n  1 Example Wharf" in there
    assert "Open your page to join\n  http" in watching
    assert "Harborlight" not in watching
    assert "By phone\n  +1-617-555-0150" in listening


def test_a_late_registration_is_told_what_the_reminders_said(make, event, written):
    def told_at(moment: datetime) -> str:
        with time_machine.travel(moment, tick=False):
            return written("confirmation", make.registration(event)).text

    early, late, last = (told_at(SPRING_DAY - timedelta(days=days)) for days in (30, 5, 1))
    assert "Good to know" not in early
    assert "Plan how you will get there" in late
    assert "Bring your medicines" not in late
    assert "Plan how you will get there" in last
    assert "Bring your medicines" in last


def test_a_reminder_can_be_stopped_and_a_confirmation_cannot(letter_of):
    reminder, confirmation = letter_of("reminder"), letter_of("confirmation")
    assert "/unsubscribe/" in reminder.unsubscribe_url
    assert reminder.unsubscribe_url in reminder.text
    assert confirmation.unsubscribe_url is None


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("confirmation", "REQUEST"),
        ("promoted", "REQUEST"),
        ("mode_changed", "REQUEST"),
        ("cancellation", "CANCEL"),
        ("event_cancelled", "CANCEL"),
        ("reminder", None),
        ("waitlist", None),
        ("my_link", None),
        ("details_changed", "REQUEST"),
        ("session_place", None),
        ("offer", None),
        ("pause_over", None),
        ("address_changed", None),
        ("invitation", None),
    ],
)
def test_the_calendar_entry_is_from_us_to_her_alone(letter_of, name, method):
    letter = letter_of(name)
    if method is None:
        assert letter.calendar is None
        return
    assert letter.calendar.method == method
    calendar = icalendar.Calendar.from_ical(letter.calendar.content)
    [entry] = calendar.walk("VEVENT")
    assert calendar["METHOD"] == method
    assert entry["SUMMARY"] == "Lantern spring day"
    assert entry["ORGANIZER"] == f"mailto:{letter.sender.address}"
    assert entry["ATTENDEE"] == f"mailto:{letter.to.address}"


def test_one_who_only_waited_has_no_entry_to_lose(make, event, written):
    person = make.registration(event, status=Status.CANCELLED)
    assert written("cancellation", person).calendar is None


@pytest.mark.parametrize(
    "name", sorted(set(ABOUT_THE_DAY) - {"cancellation", "event_cancelled", "invitation"})
)
def test_every_email_to_someone_who_takes_part_leads_to_attending_another_way(letter_of, name):
    there = letter_of(name, mode=Mode.IN_PERSON)
    afar = letter_of(name, mode=Mode.WEBCAST)
    assert re.findall(r"Attend another way\n  \S+/mode(\S*)", there.text) == ["?to=webcast"]
    assert re.findall(r"Attend another way\n  \S+/mode(\S*)", afar.text) == [""]
    for letter in (there, afar):
        assert re.search(r"\n  \S+/cancel\n", letter.text)
        assert re.search(r"\n  \S+/my/[^/\s]+/\n", letter.text)


def test_no_choice_is_made_for_her_where_there_is_no_webcast(make, written):
    person = make.registration(make.event(modes=(Mode.IN_PERSON, Mode.PHONE)))
    assert "?to=" not in written("confirmation", person).text


def test_an_offer_says_until_when_on_both_clocks_and_has_one_link_to_answer(make, event, written):
    kestrel = make.registration(
        event, status=Status.WAITLISTED, timezone="America/Los_Angeles", name="Kestrel Trialrun"
    )
    offer = make.offer(kestrel, ends_at=datetime(2026, 11, 25, 23, 0, tzinfo=UTC))
    letter = written("offer", kestrel, facts={"offer": offer.id})
    assert letter.subject == (
        "A place is kept for you until Wednesday, November 25, 2026: Lantern spring day"
    )
    assert (
        "Please answer until\n"
        "  Wednesday, November 25, 2026, 3:00 pm, Pacific Time\n"
        "  Wednesday, November 25, 2026, 6:00 pm, Eastern Time\n"
    ) in letter.text
    assert letter.text.count("/offer") == letter.html.count("/offer") == 1
    assert "Two places" not in letter.text


def test_an_offer_is_for_the_place_that_is_offered(make, event, written):
    kestrel = make.registration(event, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    offer = make.offer(kestrel, ends_at=datetime(2026, 11, 25, 23, 0, tzinfo=UTC))
    letter = written("offer", kestrel, facts={"offer": offer.id})
    assert "How to join\n  In person\n  Harborlight" in letter.text
    assert "You keep the place that you have now until you take this one." in letter.text


def test_an_offer_for_a_pair_says_that_one_answer_is_for_both(make, event, written):
    kestrel, boris = (make.registration(event, status=Status.WAITLISTED) for _ in range(2))
    offer = make.offer(kestrel, partner=boris, ends_at=datetime(2026, 11, 25, 23, 0, tzinfo=UTC))
    for each in (kestrel, boris):
        letter = written("offer", each, facts={"offer": offer.id})
        assert "Two places are kept for you." in letter.text
        assert "One answer is for both of you." in letter.text


def test_who_keeps_another_place_reads_of_both_on_the_waitlist(make, event, written):
    kestrel = make.registration(event, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    both = written("waitlist", kestrel).text
    assert "You wait for\n  In person\n  Until then, you keep the place that you have." in both
    assert "How to join\n  Online\n  Open your page to join" in both
    none = written("waitlist", make.registration(event, status=Status.WAITLISTED)).text
    assert "You wait for\n  In person\n\n" in none
    assert "How to join\n  You have no place yet." in none


def test_whose_offer_lapsed_reads_that_she_is_still_on_the_list_and_how_to_say_so(letter_of):
    letter = letter_of("offer_lapsed")
    assert "you are still on the waitlist, now at its end" in letter.text
    assert re.search(r"Say that you still wait\n  \S+/waiting\n", letter.text)


def test_a_place_in_a_session_is_told_with_its_hours_and_its_room(letter_of):
    letter = letter_of("session_place")
    assert re.search(
        r"The session\n  Session \d+\n  Saturday, April 24, 2027, 8:15 am to 9:00 am, "
        r"Eastern Time\n  Harbor Room\n",
        letter.text,
    )


def test_after_a_pause_she_reads_what_is_coming_or_what_there_is_to_watch(make, event, written):
    hollis = make.registration(event, mode=Mode.WEBCAST)
    waiting = make.registration(event, status=Status.WAITLISTED)
    coming = written("pause_over", hollis)
    assert "Your place was kept." in coming.text
    assert "Attend another way" in coming.text
    assert "You are still on the waitlist." in written("pause_over", waiting).text

    event.details = {"recording": {"minutes": 40, "captions": "corrected", "transcript": True}}
    with time_machine.travel(event.ends_at, tick=False):
        over = written("pause_over", hollis)
    assert "The recording is ready: 40 minutes." in over.text
    assert f"/events/{event.slug}/\n" in over.text
    assert "Attend another way" not in over.text

    event.status = EventStatus.CANCELLED
    off = written("pause_over", hollis)
    assert "This was canceled in the meantime." in off.text
    assert "Attend another way" not in off.text


def test_who_was_registered_by_another_is_asked_whether_she_agrees(make, event, written):
    ada = make.registration(event, name="Ada <Q.> Trialrun")
    boris = make.registration(event, companion_of=ada, name="Boris Trialrun")
    waiting = make.registration(event, companion_of=ada, status=Status.WAITLISTED)
    asked = "Ada <Q.> Trialrun has registered you to come along."
    for letter in (written("confirmation", boris), written("waitlist", waiting)):
        assert asked in letter.text
        assert asked in words_of_html(letter)
    assert "has registered you" not in written("confirmation", ada).text

    with transaction():
        privacy.record(boris, ConsentPurpose.REGISTRATION, language="en", now=clock.now())
    assert "has registered you" not in written("confirmation", boris).text


def test_two_people_never_get_each_others_links(make, event, written):
    ada, boris = (written("my_link", make.registration(event)) for _ in range(2))
    links = [set(re.findall(r"http\S+", letter.text)) for letter in (ada, boris)]
    assert links[0] & links[1] == set()
    assert len(links[0]) == 3


@pytest.mark.parametrize(
    "name",
    ['<script>alert("x")</script>', "{{ 7 * 7 }}", "%(name)s", "Ada\r\nBcc: x@evil.example", "A&B"],
)
def test_a_name_is_only_ever_a_name(make, event, written, name):
    letter = written("confirmation", make.registration(event, name=name))
    shown = " ".join(name.split())
    assert letter.text.startswith(f"Hello {shown},\n")
    assert f"Hello {shown}," in words_of_html(letter)
    assert "<script" not in letter.html


def test_the_same_message_has_the_same_message_id_on_every_try(make, event, queue):
    from forum import clock
    from forum.emails import write

    message = queue("confirmation", make.registration(event))
    first, second = (write(message, clock.now()).message_id for _ in range(2))
    assert first == second
    assert re.fullmatch(rf"confirmation\.{message.id}\.[0-9a-f]{{24}}@localhost", first)


def test_what_the_organizer_changed_a_moment_ago_is_what_the_email_says(make, event, written):
    person = make.registration(event)
    assert "8:15 am to 4:30 pm" in written("my_link", person).text
    event.starts_at += timedelta(minutes=30)
    event.quiet_title = "Lantern day in spring"
    changed = written("my_link", person)
    assert "8:45 am to 4:30 pm" in changed.text
    assert changed.subject == "Your link: Lantern day in spring"


def test_a_spanish_reader_is_written_to_in_spanish(letter_of):
    letter = letter_of("reminder", language="es")
    assert "sábado, 24 de abril de 2027" in letter.text
    assert '<html lang="es">' in letter.html
    assert len(re.findall(r"/my/\S+/(?:mode|cancel)?\?lang=es", letter.text)) == letter.text.count(
        "/my/"
    )


def test_nothing_is_written_about_an_event_that_is_not_published(make, written):
    event = make.event(status=EventStatus.DRAFT)
    assert not isinstance(written("confirmation", make.registration(event)), Letter)
