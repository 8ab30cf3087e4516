"""Who is forgotten for good: what goes, what stays, and who is not told."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.audit.actions import record as write_down
from forum.audit.models import Action, AuditEntry
from forum.audit.queries import history_of
from forum.care import actions as care
from forum.care.models import Task, TaskKind
from forum.db import db, transaction
from forum.events.models import Gate, Mode, Session
from forum.incoming import queries
from forum.incoming.models import AddressBlock, ReportKind
from forum.outbox.models import Message, MessageState
from forum.privacy import actions, tombstones
from forum.privacy.models import Consent, ConsentPurpose, Tombstone
from forum.registration.models import (
    AddressChange,
    Registration,
    SessionPlace,
    Status,
)
from tests.stored import fresh, number_of, tasks

DAY = timedelta(days=1)
NOW = clock.now


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


def erase(person, **facts):
    with transaction():
        actions.erase(person, now=NOW(), **facts)


def test_whoever_is_erased_leaves_nothing_but_a_hash(app, ada, forum):
    everything_hers(ada)
    public_id, kept = ada.public_id, {Registration, Message, Consent, Task, AddressChange}

    erase(ada)

    assert {kind: number_of(kind) for kind in kept | {SessionPlace}} == dict.fromkeys(
        kept | {SessionPlace}, 0
    )
    [tombstone] = db.session.scalars(select(Tombstone))
    assert tombstone.public_id_hash == hashlib.sha256(public_id.encode()).hexdigest()
    assert tombstones.file().read_text().split() == [tombstone.public_id_hash]
    assert tombstones.file().stat().st_mode & 0o077 == 0


def everything_stored() -> str:
    rows = [
        (each.name, db.session.execute(select(each)).all()) for each in db.metadata.sorted_tables
    ]
    return str(rows)


@pytest.mark.parametrize("registrations", [1, 2])
def test_no_question_about_others_keeps_what_the_links_of_the_erased_were_made_of(
    make, registrations
):
    petra = make.organizer()
    box = {"name": "Ione Sample", "email": "ione@people.example"}
    ione, *_others = [make.registration(make.event(), **box) for _each in range(registrations)]
    make.registration(ione.event, name="Jasper", companion_of=ione)
    make.registration(ione.event, name="I. Sample", email=box["email"])
    with transaction():
        care.remember(ione, now=NOW(), by=petra)
    public_id, asked = ione.public_id, [each.kind for each in tasks()]
    assert asked == [TaskKind.ASK_COMPANION, TaskKind.CHECK_PERSON]

    erase(fresh(ione), by=petra)

    assert public_id not in everything_stored()
    assert [each.kind for each in tasks()] == asked


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

    assert (number_of(Message), number_of(Task)) == (0, 0)


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

    assert number_of(Tombstone) == 1


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

    assert (number_of(Registration), number_of(Message)) == (0, 0)


def test_who_is_erased_takes_along_the_code_of_an_address_that_mail_came_back_from(make):
    ada = make.registration(make.event(), email="ada@people.example")
    make.block("ada@people.example")
    make.block("boris@people.example")

    erase(ada)

    assert queries.blocks(["ada@people.example", "boris@people.example"]) == {
        "boris@people.example": ReportKind.HARD
    }


def test_the_code_of_an_address_stays_for_whoever_reads_it_still(make):
    ada = make.registration(make.event(), email="both@people.example")
    boris = make.registration(ada.event, name="Boris", email="both@people.example")
    make.block("both@people.example")

    erase(ada)
    assert number_of(AddressBlock) == 1

    erase(boris)
    assert number_of(AddressBlock) == 0


def test_the_code_of_an_organizers_address_stays(make):
    petra = make.organizer()
    ada = make.registration(make.event(), email=petra.email)
    make.block(petra.email)

    erase(ada)

    assert number_of(AddressBlock) == 1


def test_the_code_of_an_address_that_she_had_only_asked_for_goes_with_her(ada, make):
    everything_hers(ada)
    make.block("new@people.example")

    erase(ada)

    assert number_of(AddressBlock) == 0
