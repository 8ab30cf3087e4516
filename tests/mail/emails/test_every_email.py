"""What holds for every email: both forms say the same, it is read anywhere, it is hers alone."""

import re
from datetime import timedelta

import icalendar
import pytest

from forum import clock
from forum.emails import Letter, write
from forum.emails.kinds import KINDS, TO_ORGANIZERS
from forum.events.models import EventStatus, Mode
from forum.registration.models import Status
from tests.mail.occasions import ABOUT_THE_DAY
from tests.mail.reading import plain, words_of_html
from tests.markup import parse_strictly
from tests.people import DOUBLED, XHTML

pytestmark = pytest.mark.sqlite_is_enough

WITHOUT_JOINING = {"cancellation", "event_cancelled"}
"""Emails to people who have nothing to join."""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", [*KINDS, *TO_ORGANIZERS])
def test_plain_text_and_html_say_the_same(letter_of, name, language):
    letter = letter_of(name, mode=Mode.WEBCAST, language=language)
    spoken = re.sub(r"(?<=http)(\S+) ", r"\1 ", plain(letter.text))
    assert sorted(words_of_html(letter).split()) == sorted(spoken.split())


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", [*KINDS, *TO_ORGANIZERS])
def test_no_email_says_a_word_twice_where_two_parts_of_a_sentence_meet(letter_of, name, language):
    letter = letter_of(name, language=language)
    assert DOUBLED.findall(plain(letter.text)) == []


@pytest.mark.parametrize("name", ABOUT_THE_DAY)
def test_every_email_says_when_how_to_join_what_to_do_and_whom_to_call_in_this_order(
    letter_of, name
):
    letter = letter_of(name, timezone="America/Los_Angeles")
    order = [
        "Hello Ada",
        "When",
        "Saturday, April 24, 2027, 8:15 am to 4:30 pm, Eastern Time",
        "5:15 am to 1:30 pm, Pacific Time",
        "How you take part",
        "/my/",
        "Who to call",
        "617-555-0142, Monday to Friday, 9:00 am to 5:00 pm, Eastern Time",
    ]
    if name in WITHOUT_JOINING:
        assert "How you take part" not in letter.text
        order.remove("How you take part")
    if name == "offer":  # the answer stands first
        order.remove("/my/")
        order[order.index("How you take part")] = "How you would take part"
    text = letter.text
    if name == "notice":  # what has changed stands first
        order.remove("Hello Ada")
        before, _heading, _rest = text.partition("\nWhen\n")
        assert before.index("Hello Ada") < before.index("What has changed")
        text = text.removeprefix(before)
    places = [text.find(words) for words in order]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("name", [*KINDS, *TO_ORGANIZERS])
def test_every_email_can_be_read_anywhere(letter_of, name):
    letter = letter_of(name)
    assert len(letter.html.encode()) < 102_000
    tree = parse_strictly(letter.html)
    assert tree.get("lang") == "en"
    assert [h.tag for h in tree.iter(f"{XHTML}h1")] == [f"{XHTML}h1"]
    assert {t.get("role") for t in tree.iter(f"{XHTML}table")} == {"presentation"}
    assert not list(tree.iter(f"{XHTML}img"))
    assert not re.search(r"url\(|@import|<link|<script|src=", letter.html)
    assert '<meta name="color-scheme" content="light dark">' in letter.html
    sizes = [int(size) for size in re.findall(r"font(?:-size)?:[^;\"]*?(\d+)px", letter.html)]
    assert min(sizes) >= 16


@pytest.mark.parametrize("mode", [Mode.WEBCAST, Mode.PHONE])
@pytest.mark.parametrize("name", [*KINDS, *TO_ORGANIZERS])
def test_every_number_that_an_email_names_can_be_tapped(letter_of, name, mode):
    html = letter_of(name, mode=mode).html
    number = re.compile(r"\d{3}-\d{3}-\d{4}")
    untapped = re.sub(r'<a [^>]*href="(?:tel|sms):\+\d+"[^>]*>[^<]*</a>', "", html)
    assert number.findall(untapped) == []
    assert number.findall(html) != [] or name in TO_ORGANIZERS


def test_the_subject_and_the_sender_are_neutral(letter_of):
    letter = letter_of("reminder")
    assert letter.subject == "Saturday, April 24, 8:15 am: Lantern spring day"
    assert letter.sender.name == "Lantern"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", sorted(KINDS.keys() - {"confirm_address"}))
def test_the_subject_tells_two_events_in_one_mailbox_apart(letter_of, name, language):
    """Two may have the same neutral title."""
    said = letter_of(name, language=language).subject

    day = "April 24" if language == "en" else "24 de abril"
    until = "Answer by" if language == "en" else "a más tardar"
    assert (day in said) != (until in said and name == "offer"), said


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
    said_first = "Canceled: " if method == "CANCEL" else ""
    assert entry["SUMMARY"] == f"{said_first}Lantern spring day"
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
    assert re.findall(r"Take part another way\n  \S+/mode(\S*)", there.text) == ["?to=webcast"]
    assert re.findall(r"Take part another way\n  \S+/mode(\S*)", afar.text) == [""]
    for letter in (there, afar):
        assert re.search(r"\n  \S+/cancel\n", letter.text)
        assert re.search(r"\n  \S+/my/[^/\s]+/\n", letter.text)


def test_no_choice_is_made_for_her_where_there_is_no_webcast(make, written):
    person = make.registration(make.event(modes=(Mode.IN_PERSON, Mode.PHONE)))
    assert "?to=" not in written("confirmation", person).text


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
    assert changed.subject == "Your link for Saturday, April 24, 2027: Lantern day in spring"


def test_a_spanish_reader_is_written_to_in_spanish(letter_of):
    letter = letter_of("reminder", language="es")
    assert "sábado 24 de abril de 2027" in letter.text
    assert '<html lang="es">' in letter.html
    assert len(re.findall(r"/my/\S+/(?:mode|cancel)?\?lang=es", letter.text)) == letter.text.count(
        "/my/"
    )


def test_nothing_is_written_about_an_event_that_is_not_published(make, written):
    event = make.event(status=EventStatus.DRAFT)
    assert not isinstance(written("confirmation", make.registration(event)), Letter)


def test_the_bodys_font_is_the_readers_own_and_the_sheet_has_ours(letter_of):
    html = letter_of("confirmation").html
    [body] = re.findall(r"<body[^>]*>", html)
    [sheet] = re.findall(r'<table[^>]*class="sheet"[^>]*>', html)
    assert "font" not in body
    assert "font: 18px" in sheet
