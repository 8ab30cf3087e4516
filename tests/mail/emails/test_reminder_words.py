"""What reminders say: the named texts, the desk's own words, for those who come, watch or wait."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from forum import clock
from forum.db import db
from forum.emails import Letter, write
from forum.events.discretion import tells
from forum.events.models import Mode
from forum.outbox.models import MessageState
from forum.registration.models import SessionPlace, Status
from forum.reminders.models import Block
from tests.mail.occasions import reminded
from tests.mail.reading import plain, words_of_html
from tests.make import SPRING_DAY

pytestmark = pytest.mark.sqlite_is_enough

WATCH_INSTEAD = (
    "If you do not feel well enough to come, you can take part online instead. You can change"
    " that on your page until the event is over."
)


@pytest.fixture
def event(make):
    event = make.event()
    make.session(event, room=make.room(name="Tide Auditorium", dial_in="+1-617-555-0150"))
    return event


def advice(letter: Letter) -> list[str]:
    """Return the sentences under "Good to know"."""
    _before, _heading, rest = letter.text.partition("Good to know\n")
    return [line.removeprefix("  - ") for line in rest.splitlines() if line.startswith("  - ")]


@pytest.mark.parametrize(
    "case",
    [
        (
            Mode.IN_PERSON,
            "P7D",
            [
                "Plan how you will get there and back, with time to rest on the way.",
                "If you need a seat near the door, a wheelchair or other help, please tell us now.",
                "You can arrive late, rest, or leave early. You do not need to explain.",
            ],
        ),
        (
            Mode.IN_PERSON,
            "P2D",
            [
                "Bring your medicines, a warm layer, and whatever makes a long day easier.",
                "Masks are welcome. There are some at the door.",
                WATCH_INSTEAD,
            ],
        ),
        (Mode.IN_PERSON, "PT90M", []),
        (
            Mode.WEBCAST,
            "P7D",
            [
                "Find a device with sound and a quiet place. You can also listen by phone.",
                "You can come late, take breaks, or leave early. You do not need to explain.",
            ],
        ),
        (
            Mode.WEBCAST,
            "P2D",
            [
                "You need a phone, a tablet or a computer with sound. There is nothing to install.",
                "Nobody will see or hear you. You can come late, take breaks, or leave early.",
                "If the picture stops, listen by phone. The number is above.",
            ],
        ),
        (
            Mode.WEBCAST,
            "PT90M",
            [
                "Before it starts, try the sound of your device: play any video or song.",
                "If the picture stops, listen by phone. The number is above.",
            ],
        ),
        (Mode.PHONE, "P7D", ["Write the number above down, and put it near your phone."]),
        (
            Mode.PHONE,
            "P2D",
            [
                "Keep the number above near your phone. You need no internet and no code.",
                "Nobody will hear you. You can hang up and call again at any time.",
            ],
        ),
        (
            Mode.PHONE,
            "PT90M",
            ["Call a few minutes before the start. You need no internet and no code."],
        ),
    ],
)
def test_by_itself_a_reminder_brings_what_fits_its_lead(make, event, letter_for, case):
    mode, lead, expected = case
    assert advice(letter_for(make.registration(event, mode=mode), lead)) == expected


def test_a_rule_brings_the_texts_that_were_chosen_in_the_words_for_her_way(make, event, letter_for):
    blocks = (Block.GETTING_THERE, Block.DEVICE)
    there, afar = make.registration(event), make.registration(event, mode=Mode.WEBCAST)
    assert advice(letter_for(there, blocks=blocks)) == [
        "Plan how you will get there and back, with time to rest on the way."
    ]
    assert advice(letter_for(afar, "PT80M", blocks=blocks)) == [
        "Before it starts, try the sound of your device: play any video or song."
    ]
    assert advice(letter_for(there, "P3D", blocks=())) == []


@pytest.mark.parametrize("block", [each for each in Block if each != Block.SESSIONS])
def test_each_text_says_something_in_both_languages_and_both_forms(make, event, letter_for, block):
    said = set()
    for language in ("en", "es"):
        for mode in Mode:
            lead = f"PT{100 + len(said)}M"
            person = make.registration(event, mode=mode, language=language)
            letter = letter_for(person, lead, blocks=(block,))
            for sentence in (line for line in letter.text.splitlines() if line[:4] == "  - "):
                said.add((language, sentence))
                assert sentence.removeprefix("  - ") in words_of_html(letter)
    assert {language for language, _sentence in said} == {"en", "es"}


def test_the_desks_own_words_are_said_in_the_readers_language(make, event, letter_for):
    words = {"en": "The garage is closed.", "es": "El garaje está cerrado."}
    for language, said in words.items():
        person = make.registration(event, language=language)
        letter = letter_for(person, f"P{len(language) + len(said)}D", words=words)
        assert said in letter.text
        assert said in letter.html
        assert [other for other in words.values() if other in letter.text] == [said]


def test_two_rules_at_one_instant_bring_their_texts_once(make, event, queue):
    ada = make.registration(event, roles=("patient", "caregiver"))
    words = [{"en": text, "es": text} for text in ("Lunch is at noon.", "Carers meet at ten.")]
    told = reminded(make, ada, "P2D", roles=("patient",), blocks=("bring",), words=words[0])
    also = reminded(
        make, ada, "P2D", roles=("caregiver",), blocks=("bring", "pace"), words=words[1]
    )
    reminded(make, ada, "P2D", roles=("clinician",), blocks=("help",))
    with time_machine.travel(datetime.fromtimestamp(told["due"], UTC), tick=False):
        letter = write(queue("reminder", ada, facts=told), clock.now())
    assert told["due"] == also["due"]
    assert advice(letter) == [
        "Bring your medicines, a warm layer, and whatever makes a long day easier.",
        "Masks are welcome. There are some at the door.",
        "You can arrive late, rest, or leave early. You do not need to explain.",
    ]
    assert letter.text.index("Lunch is at noon.") < letter.text.index("Carers meet at ten.")


def test_someone_who_waits_reads_what_for_and_that_she_has_no_place_yet(make, event, letter_for):
    kestrel = make.registration(event, name="Kestrel", status=Status.WAITLISTED)
    letter = letter_for(kestrel, blocks=("bring", "pace"))
    assert (
        letter.subject == "Saturday, April 24, 8:15 am. You are on the waitlist: Lantern spring day"
    )
    for sentence in (
        "You are on the waitlist.",
        "You are waiting for a place\n  In person\n  Your number on the waitlist today: 1\n",
        "You then have at least two days to answer.\n\nCan you take part at short notice?",
        "When a place is free and it is your turn, we keep it for you and write to you.",
        "You have no place yet.\n  If you would rather not wait, you can take part another way.",
        "Leave the waitlist\n  http",
    ):
        assert sentence in letter.text
    for untrue in ("You have a place", "Bring your medicines", "Harborlight Conference Center"):
        assert untrue not in letter.text + letter.html


def test_someone_who_waits_and_has_another_place_reads_of_both(make, event, letter_for):
    cora = make.registration(event, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    letter = letter_for(cora, is_for_waitlist=True)
    assert letter.subject.startswith("Saturday, April 24, 8:15 am: ")
    assert (
        "You are waiting for a place\n  In person\n  Your number on the waitlist today: 1\n"
        "  Until then, you keep the place"
    ) in letter.text
    assert "On your page, each online session has a Join button" in letter.text
    assert "/waiting/leave" in letter.text


def test_someone_who_left_an_offer_unanswered_reads_that_she_must_say_so(make, event, letter_for):
    kestrel = make.registration(event, status=Status.WAITLISTED, wants_offers=False)
    text = letter_for(kestrel).text
    assert "We did not hear from you about the last place" in text
    assert "we keep it for you" not in text


def chosen(make, event, person, status=Status.CONFIRMED):
    session = make.session(
        event,
        title="Bones: pain, strength and radiation in metastatic disease",
        quiet_title="Session seven",
        starts_at=SPRING_DAY + timedelta(hours=2),
        room=make.room(name="Harbor Room"),
        capacity=8,
    )
    db.session.add(SessionPlace(registration=person, session=session, status=status))
    db.session.commit()
    return session


@pytest.mark.parametrize("is_discreet", [True, False])
def test_the_people_of_a_session_read_its_title_time_and_room(make, event, letter_for, is_discreet):
    ada = make.registration(event, is_discreet=is_discreet)
    session = chosen(make, event, ada)
    title = session.quiet_title if is_discreet else session.title
    chosen(make, event, ada)
    text = letter_for(ada, session_id=session.id).text
    assert text.count("Your session\n") == 1
    assert f"Your session\n  {title}\n  Saturday, April 24, 2027, 10:15 am" in text
    assert "\n  Harbor Room\n" in text


def test_those_who_wait_for_a_session_read_that_they_wait_for_it(make, event, letter_for):
    ada = make.registration(event)
    session = chosen(make, event, ada, Status.WAITLISTED)
    text = letter_for(ada, session_id=session.id, is_for_waitlist=True).text
    assert "You are on the waitlist of this session\n  Session seven" in text
    assert "Your session\n" not in text


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("status", [Status.CONFIRMED, Status.WAITLISTED])
def test_plain_text_and_html_say_the_same_with_everything_in_them(
    make, event, letter_for, language, status
):
    ada = make.registration(event, status=status, language=language)
    if status == Status.CONFIRMED:
        chosen(make, event, ada)
    words = {"en": "The garage is closed.", "es": "El garaje está cerrado."}
    letter = letter_for(ada, words=words, blocks=tuple(Block))
    spoken = re.sub(r"(?<=http)(\S+) ", r"\1 ", plain(letter.text))
    assert sorted(words_of_html(letter).split()) == sorted(spoken.split())


def test_a_discreet_reminder_of_a_session_tells_nothing(make, event, letter_for):
    ada = make.registration(event)
    session = chosen(make, event, ada)
    session.room.name = "Oncology Room"
    db.session.commit()
    letter = letter_for(ada, session_id=session.id)
    assert [part for part in (letter.subject, letter.text, letter.html) if tells(part)] == []
    assert "Session seven" in letter.text


def test_her_sessions_are_named_where_a_rule_brings_them(make, event, letter_for):
    ada = make.registration(event)
    chosen(make, event, ada)
    chosen(make, event, ada, Status.WAITLISTED)
    text = letter_for(ada, blocks=("sessions",)).text
    assert text.count("Your session\n  Session seven") == 1
    assert "You are on the waitlist of this session" not in text


def test_a_late_registration_reads_what_the_reminders_for_her_said_and_no_others(
    make, event, written
):
    words = {"en": "The garage is closed.", "es": "El garaje está cerrado."}
    make.reminder(event, "P7D", blocks=("pace",), words=words, modes=("in_person",))
    make.reminder(event, "P6D", roles=("clinician",), blocks=("help",))
    make.reminder(event, "P5D", is_for_waitlist=True, blocks=("bring",))
    make.reminder(event, "P1D", blocks=("another_way",))
    with time_machine.travel(SPRING_DAY - timedelta(days=4), tick=False):
        letter = written("confirmation", make.registration(event, roles=("patient",)))
    assert advice(letter) == [
        "You can arrive late, rest, or leave early. You do not need to explain.",
        "The garage is closed.",
    ]


@pytest.mark.parametrize(
    ("lead", "words"),
    [
        ("P14D", {"en": "Saturday, April 24, 2027", "es": "Sábado 24 de abril de 2027"}),
        ("P7D", {"en": "Saturday, April 24, 2:15 pm", "es": "Sábado 24 de abril, 2:15 p.m."}),
        ("P2D", {"en": "Saturday, April 24, 2:15 pm", "es": "Sábado 24 de abril, 2:15 p.m."}),
        ("P1D", {"en": "Saturday, April 24, 2:15 pm", "es": "Sábado 24 de abril, 2:15 p.m."}),
        ("PT90M", {"en": "Today, 2:15 pm", "es": "Hoy, 2:15 p.m."}),
    ],
)
def test_each_reminder_says_in_its_subject_which_day_it_is_about(
    make, event, letter_for, lead, words
):
    for language, near in words.items():
        afar = {"mode": Mode.WEBCAST, "timezone": "Europe/Berlin"}
        letter = letter_for(make.registration(event, language=language, **afar), lead)
        assert letter.subject == f"{near}: {event.quiet_title}"
        assert near in letter.text
        assert near in letter.html


def test_one_email_for_several_reminders_says_each_thing_once(make, event, written):
    """Late, she needs the words of now: not to find a device, to choose one and to try it."""
    for lead in ("P7D", "P2D", "PT90M"):
        make.reminder(event, lead)
    with time_machine.travel(SPRING_DAY - timedelta(minutes=30), tick=False):
        watching, listening = (
            written("confirmation", make.registration(event, mode=mode))
            for mode in (Mode.WEBCAST, Mode.PHONE)
        )

    assert advice(watching) == [
        "Try the sound of your device now: play any video or song.",
        "Nobody will see or hear you. You can come late, take breaks, or leave early.",
        "If the picture stops, listen by phone. The number is above.",
    ]
    assert advice(listening) == [
        "Call a few minutes before the start. You need no internet and no code.",
        "Nobody will hear you. You can hang up and call again at any time.",
    ]


@pytest.mark.parametrize(
    "case",
    [
        ("Europe/Berlin", "PT30M", "Today, 8:15 am"),
        ("America/Halifax", "PT5M", "Today, 8:15 am"),
        ("Pacific/Auckland", "P1D", "Saturday, April 24, 8:15 am"),
    ],
)
def test_who_comes_to_the_place_reads_when_it_begins_there(make, event, letter_for, case):
    zone, lead, near = case

    letter = letter_for(make.registration(event, timezone=zone), lead)

    assert letter.subject == f"{near}: {event.quiet_title}"


def test_a_later_reminder_has_a_subject_of_its_own_and_says_that_it_is_the_newest(
    make, event, queue
):
    """Else a mail program puts both into one thread, the old one on top."""
    ada = make.registration(event)
    subjects = []
    for lead in ("P7D", "P2D"):
        facts = reminded(make, ada, lead)
        message = queue("reminder", ada, facts=facts)
        with time_machine.travel(datetime.fromtimestamp(facts["due"], UTC), tick=False):
            subjects.append(write(message, clock.now()).subject)
            message.state, message.sent_at = MessageState.SENT, clock.now()
        db.session.commit()

    assert subjects == [
        "Saturday, April 24, 8:15 am: Lantern spring day",
        "Saturday, April 24, 8:15 am (reminder 2): Lantern spring day",
    ]


@pytest.mark.parametrize(("lead", "leads_to"), [("P2D", "Open your page"), ("P1D", "Join")])
def test_the_last_email_before_the_day_leads_who_watches_to_one_button(
    make, event, letter_for, lead, leads_to
):
    """It comes in the evening, and she opens it in the morning."""
    text = letter_for(make.registration(event, mode=Mode.WEBCAST), lead).text
    assert ("/join" in text) == (leads_to == "Join")
    assert "Tomorrow" not in text


def test_a_forums_email_promises_no_button_before_its_first_online_session(make, event, letter_for):
    letter = letter_for(make.registration(event, mode=Mode.WEBCAST))
    for said in (letter.text, letter.html):
        assert (
            "On your page, each online session has a Join button from 15 minutes before it starts."
            in said
        )
        assert "before the start." not in said
