"""What people agree to, what goes with time, and who is forgotten for good."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forum import clock
from forum.audit.actions import record as write_down
from forum.audit.models import Action, AuditEntry
from forum.audit.queries import history_of
from forum.care.models import Task, TaskKind
from forum.db import Record, db, transaction
from forum.events.models import Gate, Mode, Session
from forum.outbox.models import Message, MessageState
from forum.privacy import actions, consents, tombstones
from forum.privacy.models import Consent, ConsentPurpose, Tombstone
from forum.registration.models import (
    AddressChange,
    Registration,
    SessionPlace,
    Status,
)

DAY = timedelta(days=1)
NOW = clock.now


def rows(kind: type[Record]) -> int:
    return db.session.scalar(select(func.count()).select_from(kind))


def everything_hers(person: Registration) -> None:
    """Give someone one of each thing that may hang on a registration."""
    event = person.event
    session = db.session.scalar(select(Session).where(Session.event_id == event.id))
    with transaction():
        session.taken += 1
        db.session.add_all(
            [
                Message(
                    email="my_link",
                    registration=person,
                    dedupe_key=f"my_link:{person.public_id}",
                    state=MessageState.SENT,
                    due_at=NOW(),
                    created_at=NOW(),
                ),
                SessionPlace(registration=person, session=session, status=Status.CONFIRMED),
                Task(
                    registration=person,
                    kind=TaskKind.CALL,
                    dedupe_key=f"task:{person.public_id}",
                    created_at=NOW(),
                ),
                AddressChange(
                    registration=person,
                    new_email="new@people.example",
                    old_email=person.email,
                    created_at=NOW(),
                    expires_at=NOW() + DAY,
                ),
            ]
        )
        actions.record(person, ConsentPurpose.REGISTRATION, now=NOW(), language="en")
        actions.record(person, ConsentPurpose.NEXT_INVITATION, now=NOW(), language="en")
        write_down(Action.REGISTERED, person, {"mode": "in_person"}, now=NOW())


@pytest.fixture
def forum(make):
    event = make.event(capacity=1)
    make.session(event, capacity=10)
    return event


@pytest.fixture
def ada(make, forum):
    return make.registration(forum, name="Ada", needs="wheelchair", phone="+16175550100")


def agree(person, purpose, language="en"):
    with transaction():
        actions.record(person, purpose, now=NOW(), language=language)


# What people agree to


def test_what_someone_agreed_to_leads_to_the_exact_words(ada):
    agree(ada, ConsentPurpose.NEXT_INVITATION, language="es")

    [consent] = consents.agreements(ada)
    assert consent.language == "es"
    assert str(consents.words_agreed_to(consent)) == (
        "Please invite me to the next forum. For this you keep my name and address for up to"
        " 13 months after this event, or after the day on which I say so again. I can take this"
        " back at any time."
    )


def test_agreeing_twice_is_one_agreement(ada):
    agree(ada, ConsentPurpose.NEXT_INVITATION)
    agree(ada, ConsentPurpose.NEXT_INVITATION)

    assert len(consents.agreements(ada)) == 1


def test_agreeing_to_one_thing_is_not_agreeing_to_another(ada):
    agree(ada, ConsentPurpose.REGISTRATION)

    assert consents.has_agreed(ada, ConsentPurpose.REGISTRATION)
    assert not consents.has_agreed(ada, ConsentPurpose.NEXT_INVITATION)


def test_what_was_taken_back_is_kept_as_taken_back_and_may_be_given_again(ada, make):
    organizer = make.organizer()
    agree(ada, ConsentPurpose.NEXT_INVITATION)
    with transaction():
        actions.withdraw(ada, ConsentPurpose.NEXT_INVITATION, now=NOW(), by=organizer)
    assert not consents.has_agreed(ada, ConsentPurpose.NEXT_INVITATION)

    agree(ada, ConsentPurpose.NEXT_INVITATION)

    assert consents.has_agreed(ada, ConsentPurpose.NEXT_INVITATION)
    assert [each.withdrawn_at is None for each in consents.agreements(ada)] == [False, True]
    assert [(each.facts["agreed"], each.organizer_id) for each in history_of(ada)] == [
        (True, None),
        (False, organizer.id),
        (True, None),
    ]


def test_taking_back_what_was_never_given_changes_nothing(ada):
    with transaction():
        actions.withdraw(ada, ConsentPurpose.NEXT_INVITATION, now=NOW())

    assert (rows(Consent), rows(AuditEntry)) == (0, 0)


def test_a_new_text_is_a_new_agreement_and_ends_the_old_one(ada, monkeypatch):
    agree(ada, ConsentPurpose.NEXT_INVITATION)
    newer = consents.ConsentText("2027-01-01.12345678", consents.lazy("Other words."))
    old = consents.TEXTS[ConsentPurpose.NEXT_INVITATION]
    monkeypatch.setitem(consents.TEXTS, ConsentPurpose.NEXT_INVITATION, (newer, *old))

    agree(ada, ConsentPurpose.NEXT_INVITATION)

    first, second = consents.agreements(ada)
    assert first.withdrawn_at is not None
    assert [str(consents.words_agreed_to(each))[:6] for each in (first, second)] == [
        "Please",
        "Other ",
    ]


def test_saying_so_again_begins_a_new_agreement_and_ends_the_old_one(ada):
    agree(ada, ConsentPurpose.NEXT_INVITATION)
    with transaction():
        actions.renew_invitation(ada, now=NOW() + timedelta(days=400), language="es")

    first, second = consents.agreements(ada)
    assert first.withdrawn_at is not None
    assert (second.withdrawn_at, second.language) == (None, "es")
    assert second.given_at - first.given_at > timedelta(days=399)


def test_taking_it_back_counts_for_all_registrations_of_a_person_and_for_nobody_else(make):
    both = {"email": "both@people.example"}
    ada, later = (make.registration(make.event(), name="Ada", **both) for _ in range(2))
    boris = make.registration(ada.event, name="Boris", **both)
    for each in (ada, later, boris):
        agree(each, ConsentPurpose.NEXT_INVITATION)

    with transaction():
        actions.withdraw_invitation(later, now=NOW())

    wish = ConsentPurpose.NEXT_INVITATION
    assert [consents.has_agreed(each, wish) for each in (ada, later, boris)] == [
        False,
        False,
        True,
    ]
    assert later.status == Status.CONFIRMED
    assert later.wants_reminders


# Being erased


def erase(person, **facts):
    with transaction():
        actions.erase(person, now=NOW(), **facts)


def test_whoever_is_erased_leaves_nothing_but_a_hash(app, ada, forum):
    everything_hers(ada)
    public_id, kept = ada.public_id, {Registration, Message, Consent, Task, AddressChange}

    erase(ada)

    assert {kind: rows(kind) for kind in kept | {SessionPlace}} == dict.fromkeys(
        kept | {SessionPlace}, 0
    )
    [tombstone] = db.session.scalars(select(Tombstone))
    assert tombstone.public_id_hash == hashlib.sha256(public_id.encode()).hexdigest()
    assert tombstones.file().read_text().split() == [tombstone.public_id_hash]
    assert tombstones.file().stat().st_mode & 0o077 == 0


def test_the_history_says_that_someone_was_erased_and_by_whom_but_not_who(ada, forum, make):
    everything_hers(ada)
    number, organizer = ada.id, make.organizer()

    erase(ada, by=organizer)

    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    about_people = [each for each in entries if each.subject_kind == "registration"]
    assert {each.subject_id for each in about_people} == {0}
    assert number not in {each.subject_id for each in about_people}
    [erased] = [each for each in entries if each.action == Action.ERASED]
    assert (erased.subject_kind, erased.subject_id) == ("event", forum.id)
    assert (erased.organizer_id, erased.facts) == (organizer.id, {})


def test_nobody_is_told_when_someone_is_erased(ada):
    erase(ada)

    assert (rows(Message), rows(Task)) == (0, 0)


def test_the_places_of_the_erased_are_free_again(ada, forum):
    everything_hers(ada)

    erase(ada)

    gate = db.session.scalar(
        select(Gate).where(Gate.event_id == forum.id, Gate.mode == Mode.IN_PERSON)
    )
    assert (gate.taken, gate.held) == (0, 0)
    assert db.session.scalar(select(Session.taken)) == 0


def test_the_place_of_the_erased_goes_to_the_line(ada, forum, make):
    eve = make.registration(forum, name="Eve", status=Status.WAITLISTED)

    erase(ada)

    [message] = db.session.scalars(select(Message))
    assert message.registration_id == eve.id


def test_who_came_along_stays_on_his_own(ada, forum, make):
    bob = make.registration(forum, name="Bob", mode=Mode.WEBCAST, companion_of=ada)

    erase(ada)

    db.session.expire_all()
    assert (bob.companion_of_id, bob.pair_rule, bob.status) == (None, None, Status.CONFIRMED)


def test_whoever_has_been_erased_just_now_is_not_erased_twice(ada):
    erase(ada)
    erase(ada)

    assert rows(Tombstone) == 1


def test_the_history_does_not_say_who_came_along_with_the_erased(ada, forum, make):
    bob = make.registration(forum, name="Bob", mode=Mode.WEBCAST, companion_of=ada)
    with transaction():
        facts = {"companion": bob.id, "mode": "webcast"}
        write_down(Action.COMPANION_ADDED, ada, facts, now=NOW())

    erase(bob)

    [entry] = history_of(ada)
    assert entry.facts == {"mode": "webcast"}


def test_when_one_of_two_is_erased_the_offer_to_both_is_the_others(make, forum):
    forum.gates[0].capacity = 2
    eve = make.registration(forum, name="Eve", status=Status.WAITLISTED)
    bob = make.registration(forum, name="Bob", status=Status.WAITLISTED, companion_of=eve)
    offer = make.offer(eve, partner=bob, ends_at=NOW() + 3 * DAY)

    erase(eve)

    db.session.expire_all()
    assert (offer.registration_id, offer.partner_id, offer.state) == (bob.id, None, "open")
    assert db.session.scalar(select(Gate.held).where(Gate.mode == Mode.IN_PERSON)) == 1


def test_who_cancelled_before_can_be_erased(make, forum):
    eve = make.registration(forum, status=Status.CANCELLED)

    erase(eve)

    assert (rows(Registration), rows(Message)) == (0, 0)
