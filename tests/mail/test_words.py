"""What emails say, and what a discreet one never says."""

import email
import email.policy
import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import html5lib
import icalendar
import pytest
import time_machine

from forum.emails import Letter, mime
from forum.events.models import EventStatus, Mode
from forum.outbox.models import MessageState
from forum.registration.models import Status
from tests.make import SPRING_DAY

TELLING = re.compile(
    r"cancer|metast|oncolog|breast|tumou?r|\bMBC\b|\bstage\b|embrace|patient|chemo|illness",
    re.IGNORECASE,
)
XHTML = "{http://www.w3.org/1999/xhtml}"
START = int(SPRING_DAY.timestamp())
TWO_DAYS_BEFORE = datetime(2027, 4, 22, 14, 0, tzinfo=UTC)
EMAILS = {
    "confirmation": Status.CONFIRMED,
    "waitlist": Status.WAITLISTED,
    "promoted": Status.CONFIRMED,
    "mode_changed": Status.CONFIRMED,
    "my_link": Status.CONFIRMED,
    "reminder": Status.CONFIRMED,
    "cancellation": Status.CANCELLED,
    "event_cancelled": Status.CONFIRMED,
}


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
def letter_of(make, event, written, queue):
    """Return a way to have any email, to anybody, two days before."""

    def letter_of(name: str, lead: str = "P2D", **person) -> Letter:
        registration = make.registration(event, status=EMAILS[name], **person)
        if name in ("cancellation", "event_cancelled"):
            queue("confirmation", registration, state=MessageState.SENT)
        facts = {"starts_at": START, "lead": lead, "offers": ["switch_mode"]}
        with time_machine.travel(TWO_DAYS_BEFORE + timedelta(hours=3), tick=False):
            letter = written(name, registration, facts=facts if name == "reminder" else {})
        assert isinstance(letter, Letter), letter
        return letter

    return letter_of


def readable(letter: Letter) -> str:
    """Return every byte of an email as a program or a person could read it."""
    octets = mime.as_bytes(letter)
    message = email.message_from_bytes(octets, policy=email.policy.default)
    headers = "\n".join(f"{name}: {value}" for name, value in message.items())
    parts = [part for part in message.walk() if not part.is_multipart()]
    bodies = [part.get_payload(decode=True).decode() for part in parts]
    labels = [str(part.items()) for part in parts]
    return "\n".join([headers, *bodies, *labels])


def words_of_html(letter: Letter) -> str:
    body = html5lib.parse(letter.html).find(f"{XHTML}body")
    return " ".join("".join(_pieces(body)).split())


def _pieces(element: ET.Element) -> list[str]:
    """Return an element's words, and where its links lead after theirs."""
    found = [element.text or ""]
    for child in element:
        found += [*_pieces(child), child.tail or ""]
    if element.get("href", "").startswith("http"):
        found.append(f" {element.get('href')} ")
    return found if element.tag.removeprefix(XHTML) in {"a", "strong"} else [*found, " "]


def plain(text: str) -> str:
    return " ".join(re.sub(r"^--\s*$|^\s*- ", " ", text, flags=re.MULTILINE).split())


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("name", EMAILS)
def test_no_byte_of_a_discreet_email_tells_the_illness(letter_of, name, mode):
    assert TELLING.findall(readable(letter_of(name, mode=mode))) == []


def test_the_word_list_would_find_it(letter_of):
    letter = letter_of("confirmation", is_discreet=False)
    assert TELLING.findall(letter.subject) == ["Metast", "Breast", "Cancer"]
    assert TELLING.findall(readable(letter)) != []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", EMAILS)
def test_plain_text_and_html_say_the_same(letter_of, name, language):
    letter = letter_of(name, mode=Mode.WEBCAST, language=language)
    spoken = re.sub(r"(?<=http)(\S+) ", r"\1 ", plain(letter.text))
    assert sorted(words_of_html(letter).split()) == sorted(spoken.split())


@pytest.mark.parametrize("name", EMAILS)
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
        "Open your page",
        "/my/",
    ]
    places = [letter.text.find(words) for words in order]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("name", EMAILS)
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


def test_a_couple_with_one_mailbox_gets_two_emails_with_their_names(make, event, written):
    shared = "both@people.example"
    ada, boris = (
        written("confirmation", make.registration(event, name=name, email=shared))
        for name in ("Ada Q. Trialrun", "Boris Trialrun")
    )
    assert (ada.to.name, boris.to.name) == ("Ada Q. Trialrun", "Boris Trialrun")
    assert ada.text.startswith("Hello Ada Q. Trialrun,")
    assert boris.text.startswith("Hello Boris Trialrun,")
    assert ada.message_id != boris.message_id


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
    assert re.fullmatch(r"confirmation\.[0-9a-f]{32}@localhost", first)


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
