"""Two people who read one mailbox can tell whose email is whose; nobody else's emails change."""

import email
import email.policy

import icalendar
import pytest
from sqlalchemy import event as listening

from forum import clock
from forum.db import db, transaction
from forum.emails import mime, write
from forum.emails.queries import live
from forum.events.models import Mode
from forum.registration import actions
from forum.registration.models import CareState, Registration, Status
from forum.registration.requests import Companion, Request
from tests.mail.occasions import STATUS_FOR, facts_of, invited, person_for

pytestmark = pytest.mark.sqlite_is_enough

SHARED = "both@people.example"
PLAIN = "Your place on Saturday, April 24, 2027: Lantern spring day"


@pytest.fixture
def spring(make):
    return make.event()


@pytest.fixture
def boris(make, spring) -> Registration:
    """Return one of two who share a mailbox."""
    make.registration(spring, name="Ada Q. Trialrun", email=SHARED)
    return make.registration(spring, name="Boris Trialrun", email=SHARED)


def test_each_of_a_couple_is_named_in_subject_greeting_and_address(written, boris):
    letter = written("confirmation", boris)
    assert letter.subject == f"Boris Trialrun: {PLAIN}"
    assert letter.text.startswith("Hello Boris Trialrun,\n")
    assert (letter.to.name, letter.to.address) == ("Boris Trialrun", SHARED)


def test_the_calendar_entries_of_a_couple_begin_with_whose_they_are(make, written, boris):
    def summary(person) -> str:
        return entry_of(written("confirmation", person))["SUMMARY"]

    alone = make.registration(boris.event, name="Cleo Trialrun")
    assert (summary(boris), summary(alone)) == ("Boris: Lantern spring day", "Lantern spring day")


@pytest.mark.parametrize("name", sorted(STATUS_FOR.keys() - {"confirm_address"}))
def test_every_email_to_a_shared_mailbox_says_first_whose_it_is(make, spring, written, queue, name):
    boris = person_for(make, spring, name, name="Boris Trialrun", email=SHARED)
    make.registration(boris.event, name="Ada Q. Trialrun", email=SHARED)
    invited(queue, boris)
    letter = written(name, boris, facts=facts_of(make, name, boris))
    assert letter.subject.startswith("Boris Trialrun: ")
    assert letter.text.startswith("Hello Boris Trialrun,\n")


def test_who_leaves_a_mailbox_is_named_there_and_it_is_said_that_other_emails_still_come(
    make, spring, written, boris
):
    facts = facts_of(make, "address_changed", boris)
    boris.email = "boris@elsewhere.example"
    db.session.commit()

    letter = written("address_changed", boris, facts=facts)

    assert letter.to.address == SHARED
    assert letter.subject.startswith("Boris Trialrun: ")
    for words in (letter.text, letter.html):
        assert "Other emails still come here" in words
        assert "nothing more comes" not in words


def test_who_was_alone_at_the_address_that_she_leaves_reads_of_no_others(make, spring, written):
    cleo = make.registration(spring, name="Cleo Trialrun")
    facts = facts_of(make, "address_changed", cleo)
    cleo.email = "cleo@elsewhere.example"
    db.session.commit()

    letter = written("address_changed", cleo, facts=facts)

    assert letter.subject.startswith("Your email address for ")
    assert "Other emails still come here" not in letter.text


@pytest.mark.parametrize(
    "change",
    [
        {"status": Status.CANCELLED},
        {"care_state": CareState.REMEMBERED},
        {"email": "ada@people.example"},
        {"email": None},
    ],
)
def test_who_is_alone_at_a_mailbox_is_not_named_in_the_subject(spring, written, boris, change):
    [ada] = [each for each in db.session.query(Registration) if each.id != boris.id]
    for name, value in change.items():
        setattr(ada, name, value)
    db.session.commit()
    assert written("confirmation", boris).subject == PLAIN


def test_someone_at_another_event_or_her_own_earlier_place_is_not_another_person(
    make, spring, written
):
    make.registration(make.event(), name="Boris Trialrun", email=SHARED)
    make.registration(spring, name="Ada Q. Trialrun", email=SHARED, status=Status.CANCELLED)
    ada = make.registration(spring, name="Ada Q. Trialrun", email=SHARED)
    assert written("confirmation", ada).subject == PLAIN


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("Boris\r\nBcc: x@evil.example", "Boris Bcc: x@evil.example: Your place"),
        ("Boris\u2028Two\x85Three", "Boris Two Three: Your place"),
        ("\u202eBoris\u202c \u2067b\u2069", "Boris b: Your place"),
        ("Boris " + "b" * 294, "Boris " + "b" * 53 + "…: Your place"),
        ("=?utf-8?q?Boris?=", "=?utf-8?q?Boris?=: Your place"),
        ("محمد بن سلمى", "محمد بن سلمى: Your place"),
    ],
)
def test_a_subject_holds_any_name_and_nothing_else(make, spring, written, name, begins):
    make.registration(spring, name="Ada Q. Trialrun", email=SHARED)
    octets = mime.as_bytes(
        written("confirmation", make.registration(spring, name=name, email=SHARED))
    )
    message = email.message_from_bytes(octets, policy=email.policy.default)
    assert message["Subject"].startswith(begins)
    assert message["Subject"].endswith("Lantern spring day")
    assert "Bcc" not in message
    head = octets.partition(b"\r\n\r\n")[0]
    assert max(len(line) for line in head.split(b"\r\n")) <= 78


def test_a_batch_of_mails_finds_out_in_the_same_number_of_questions(make, spring, queue):
    people = [make.registration(spring, email=SHARED) for _ in range(8)]
    people += [make.registration(spring) for _ in range(8)]
    numbers = [queue("confirmation", each).id for each in people]

    def asked(numbers: list[int]) -> tuple[int, list[str]]:
        db.session.remove()
        statements: list[str] = []

        def note(_connection, _cursor, statement, *_others):
            statements.append(statement)

        listening.listen(db.engine, "before_cursor_execute", note)
        try:
            found = live(numbers).values()
            subjects = [write(message, clock.now(), sender=who).subject for message, who in found]
        finally:
            listening.remove(db.engine, "before_cursor_execute", note)
        return len(statements), subjects

    one, _ = asked(numbers[:1])
    all_of_them, subjects = asked(numbers)
    assert all_of_them == one
    assert sum(subject == PLAIN for subject in subjects) == 8


def test_two_entries_in_one_calendar_do_not_replace_or_cancel_each_other(spring, written, queue):
    def register(name: str, companion: Companion | None = None) -> list[Registration]:
        asked = Request(
            name=name,
            email=SHARED,
            mode=Mode.IN_PERSON,
            timezone="America/New_York",
            companion=companion,
        )
        with transaction():
            outcome = actions.register(spring, asked, now=clock.now())
        return [each.registration for each in (outcome, outcome.companion) if each]

    people = [
        *register("Ada Q. Trialrun", Companion(name="Boris Trialrun")),
        *register("Greta Trialrun"),
    ]
    uids = [entry_of(written("confirmation", each))["UID"] for each in people]
    assert len(set(uids)) == 3

    boris = people[1]
    with transaction():
        actions.cancel(boris, now=clock.now())
    invited(queue, boris)
    gone = written("cancellation", boris)
    assert (gone.calendar.method, entry_of(gone)["UID"]) == ("CANCEL", uids[1])


def entry_of(letter):
    [entry] = icalendar.Calendar.from_ical(letter.calendar.content).walk("VEVENT")
    return entry
