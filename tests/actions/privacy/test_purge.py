"""What has been kept long enough goes, and nothing goes before its time."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.accounts.models import Attempt, SignIn, SignInLink
from forum.audit.models import Action, AuditEntry
from forum.audit.queries import history_of
from forum.db import Record, db, transaction
from forum.events.models import Gate, Mode, Session
from forum.incoming.queries import blocks
from forum.operations.queries import miscounted_gates, miscounted_sessions
from forum.outbox.models import Message, MessageState
from forum.privacy import actions, housekeeping, purge_actions, rules, tombstones
from forum.privacy.consents import TEXTS
from forum.privacy.models import ConsentPurpose
from forum.registration.models import AddressChange, Registration, SessionPlace, Status
from tests.stored import number_of

DAY = timedelta(days=1)
ANSWERS = {
    "needs": "canaryneeds",
    "food": "canaryfood",
    "note": "canarynote",
    "question": "canaryquestion",
    "phone": "+16175550188",
}


def keep(*records: Record) -> None:
    with transaction():
        db.session.add_all(records)


def event_ended(make, *, ago: timedelta, **facts):
    """Make an event that ended so long ago; its people may still be registered."""
    return make.event(starts_at=clock.now() - ago - timedelta(hours=1), hours=1, **facts)


def message(person, *, at: datetime, **facts) -> Message:
    number = number_of(Message)
    values = {
        "email": "reminder",
        "registration": person,
        "dedupe_key": f"reminder:{number}",
        "state": MessageState.SENT,
        "due_at": at,
        "created_at": at,
    }
    return Message(**{**values, **facts})


def purged() -> dict[str, int]:
    """Purge, and return what went."""
    ended = housekeeping.purge(now=clock.now())
    return {name: number for name, number in ended.items() if number}


# Answers


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_goes_thirty_days_after_the_event(make, answer):
    person = make.registration(
        event_ended(make, ago=30 * DAY + timedelta(minutes=1)), **{answer: ANSWERS[answer]}
    )

    assert purged() == {"people's answers": 1}
    db.session.refresh(person)
    assert (getattr(person, answer), getattr(person, f"{answer}_sealed")) == ("", None)


def test_no_answer_goes_a_moment_before(make):
    person = make.registration(event_ended(make, ago=30 * DAY - timedelta(minutes=1)), **ANSWERS)

    assert purged() == {}
    db.session.refresh(person)
    assert {name: getattr(person, name) for name in ANSWERS} == ANSWERS


def test_an_event_that_was_put_off_keeps_its_answers(make):
    event = event_ended(make, ago=40 * DAY)
    person = make.registration(event, needs="wheelchair")
    with transaction():
        event.ends_at = clock.now() + 10 * DAY

    assert purged() == {}
    db.session.refresh(person)
    assert person.needs == "wheelchair"


# People


def test_people_go_ninety_days_after_the_event(make):
    make.registration(event_ended(make, ago=91 * DAY))
    make.registration(event_ended(make, ago=89 * DAY), name="Eve")

    assert purged() == {"registrations": 1}
    assert db.session.scalars(select(Registration.name)).all() == ["Eve"]


def test_the_codes_of_addresses_go_with_the_last_people_who_read_them(make):
    gone = event_ended(make, ago=91 * DAY)
    make.registration(gone, email="ada@people.example")
    make.registration(gone, name="Boris", email="boris@people.example")
    make.registration(make.event(), name="Boris", email="boris@people.example")
    for name in ("ada", "boris"):
        make.block(f"{name}@people.example")

    purged()

    assert list(blocks(["ada@people.example", "boris@people.example"])) == ["boris@people.example"]


@pytest.mark.parametrize(("days", "stays"), [(91, True), (395, True), (397, False)])
def test_whoever_asked_for_the_next_invitation_stays_thirteen_months(make, days, stays):
    person = make.registration(event_ended(make, ago=days * DAY))
    before = person.event.starts_at - DAY
    with transaction():
        actions.record(person, ConsentPurpose.NEXT_INVITATION, now=before, language="en")

    purged()

    assert number_of(Registration) == stays


@pytest.mark.parametrize(("days", "stays"), [(395, True), (397, False)])
def test_whoever_said_so_again_stays_thirteen_months_from_that_day(make, days, stays):
    person = make.registration(event_ended(make, ago=500 * DAY))
    with transaction():
        actions.renew_invitation(person, now=clock.now() - days * DAY, language="en")

    purged()

    assert number_of(Registration) == stays


def test_older_words_keep_nobody_longer_than_they_said(make, monkeypatch):
    person = make.registration(event_ended(make, ago=397 * DAY))
    older = TEXTS[ConsentPurpose.NEXT_INVITATION][-1:]  # "after this event", and no longer
    monkeypatch.setitem(TEXTS, ConsentPurpose.NEXT_INVITATION, older)
    with transaction():
        actions.renew_invitation(person, now=clock.now() - 300 * DAY, language="en")

    assert purged() == {"registrations": 1}


def test_whoever_took_that_back_goes_like_others(make):
    person = make.registration(event_ended(make, ago=91 * DAY))
    with transaction():
        actions.record(person, ConsentPurpose.NEXT_INVITATION, now=clock.now(), language="en")
        actions.withdraw(person, ConsentPurpose.NEXT_INVITATION, now=clock.now())

    assert purged() == {"registrations": 1}


def test_the_counters_of_places_are_right_when_people_have_gone(make):
    event = event_ended(make, ago=91 * DAY, capacity=5)
    session = make.session(event, capacity=3)
    seated = make.registration(event)
    make.registration(event, name="On screen", mode=Mode.WEBCAST)
    waiting = make.registration(event, name="Waits", status=Status.WAITLISTED)
    make.offer(waiting)
    keep(SessionPlace(registration=seated, session=session, status=Status.CONFIRMED))
    with transaction():
        session.taken = 1

    assert purged() == {"registrations": 3}
    assert {each.taken + each.held for each in db.session.scalars(select(Gate))} == {0}
    assert db.session.scalars(select(Session.taken)).all() == [0]
    assert [*miscounted_gates(), *miscounted_sessions()] == []


def test_the_history_still_says_how_many_came_and_how(make):
    event = event_ended(make, ago=91 * DAY)
    for mode in (Mode.IN_PERSON, Mode.IN_PERSON, Mode.WEBCAST):
        make.registration(event, mode=mode)
    make.registration(event, status=Status.CANCELLED)

    purged()

    [entry] = history_of(event)
    assert entry.action == Action.ERASED
    assert entry.facts == {"kept": "long enough", "in_person": 2, "webcast": 1}


def test_more_people_than_go_at_once_all_go(make, monkeypatch):
    monkeypatch.setattr(purge_actions, "AT_ONCE", 2)
    event = event_ended(make, ago=91 * DAY)
    for _ in range(5):
        make.registration(event)

    assert purged() == {"registrations": 5}
    assert number_of(Registration) == 0


# Mail, addresses, sign-ins, attempts, history


def test_what_a_mail_server_answered_goes_with_the_answers(make):
    old = clock.now() - 31 * DAY
    person = make.registration(event_ended(make, ago=31 * DAY))
    letter = message(person, at=old, reason="550 <ada@people.example> unknown")
    keep(letter)

    assert purged() == {"reasons of messages": 1}
    db.session.refresh(letter)
    assert (letter.reason, letter.state) == (None, MessageState.SENT)


def test_messages_go_ninety_days_after_the_event(make):
    person = make.registration(event_ended(make, ago=91 * DAY))
    with transaction():
        actions.record(person, ConsentPurpose.NEXT_INVITATION, now=clock.now(), language="en")
    keep(message(person, at=clock.now() - 91 * DAY))

    assert purged() == {"messages": 1}


def test_an_invitation_written_lately_to_someone_of_last_year_stays(make):
    person = make.registration(event_ended(make, ago=300 * DAY))
    with transaction():
        actions.record(person, ConsentPurpose.NEXT_INVITATION, now=clock.now(), language="en")
    keep(message(person, at=clock.now() - DAY))

    assert purged() == {}


def test_a_message_that_waits_is_the_workers_to_decide(make):
    person = make.registration(event_ended(make, ago=91 * DAY))
    with transaction():
        actions.record(person, ConsentPurpose.NEXT_INVITATION, now=clock.now(), language="en")
    keep(message(person, at=clock.now() - 91 * DAY, state=MessageState.QUEUED))

    assert purged() == {}


def test_what_is_the_organizers_ends_too(make):
    organizer, now = make.organizer(), clock.now()
    for age in (29 * DAY, 31 * DAY):
        keep(
            SignInLink(
                organizer=organizer, public_id=str(age), created_at=now, expires_at=now - age
            ),
            SignIn(
                organizer=organizer,
                token_hash=str(age),
                created_at=now - age,
                last_seen_at=now - age,
                expires_at=now - age,
            ),
        )
    keep(message(None, organizer=organizer, at=now - 91 * DAY))
    keep(message(None, organizer=organizer, at=now - 89 * DAY))

    assert purged() == {"messages": 1, "sign-ins": 1, "sign-in links": 1}


def test_attempts_go_after_a_day_and_changes_of_address_after_thirty(make):
    person, now = make.registration(make.event()), clock.now()
    for age in (DAY - timedelta(minutes=1), DAY + timedelta(minutes=1)):
        keep(Attempt(purpose="link", subject="code", at=now - age))
    for age in (29 * DAY, 31 * DAY):
        keep(
            AddressChange(
                registration=person,
                new_email="new@people.example",
                created_at=now - age,
                expires_at=now - age,
            )
        )

    assert purged() == {"changes of address": 1, "counted attempts": 1}


def test_the_history_goes_after_six_years(make):
    event, now = make.event(), clock.now()
    for age in (rules.HISTORY - DAY, rules.HISTORY + DAY):
        keep(
            AuditEntry(
                at=now - age,
                action=Action.EVENT_CHANGED,
                subject_kind="event",
                subject_id=event.id,
                facts={},
            )
        )

    assert purged() == {"entries of the history": 1}


# The command, and the worker


def test_a_dry_run_says_how_many_of_what_and_changes_nothing(app, make):
    make.registration(event_ended(make, ago=91 * DAY), name="Ada Canary", **ANSWERS)

    said = app.test_cli_runner().invoke(args=["purge", "--dry-run"])

    assert said.exit_code == 0
    assert "       1  people's answers\n" in said.output
    assert "       1  registrations\n" in said.output
    assert said.output.endswith("Nothing was changed.\n")
    assert number_of(Registration) == 1


def test_a_purge_says_how_many_of_what_went_and_names_nobody(app, make):
    make.registration(event_ended(make, ago=91 * DAY), name="Ada Canary", **ANSWERS)

    said = app.test_cli_runner().invoke(args=["purge"])

    assert said.exit_code == 0
    assert "       1  registrations\n" in said.output
    assert "canary" not in said.output.lower()
    assert number_of(Registration) == 0


def test_who_was_erased_goes_again_though_very_many_others_are_asked_about(app, make):
    for number in range(21):
        make.registration(event_ended(make, ago=31 * DAY), name=f"Boris {number}", **ANSWERS)
    ada = make.registration(make.event(), name="Ada")
    tombstones.file().write_text(f"\n{tombstones.hash_of(ada.public_id)}\n")

    said = app.test_cli_runner().invoke(args=["purge"])

    assert said.exit_code == 1
    assert said.output.startswith("       1  people erased again after a restore\n")
    assert said.output.endswith("say `purge --people 21`. Nothing else was changed.\n")
    assert db.session.query(Registration).filter_by(name="Ada").count() == 0
    assert number_of(Registration) == 21


def test_a_second_purge_finds_nothing(app, make):
    make.registration(event_ended(make, ago=91 * DAY), **ANSWERS)
    purged()

    assert purged() == {}


def test_one_worker_a_day_purges_by_itself(make, today):
    make.programme()
    one, other = housekeeping.Housekeeper(), housekeeping.Housekeeper()

    def work(worker) -> int:
        make.registration(event_ended(make, ago=91 * DAY))
        before = number_of(Registration)
        db.session.rollback()
        worker.look(now=clock.now(), goes_on=lambda: True)
        return before - number_of(Registration)

    assert (work(one), work(other)) == (1, 0)
    today.shift(DAY)
    assert work(other) == 2
    assert work(one) == 0


def test_a_worker_that_is_told_to_stop_stops_between_two_steps(make):
    make.registration(event_ended(make, ago=91 * DAY), **ANSWERS)

    housekeeping.purge(now=clock.now(), goes_on=lambda: False)

    assert number_of(Registration) == 1
