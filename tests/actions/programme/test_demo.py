"""The demo: a year to look around in, and fourteen people who are each a hard case."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from forum.accounts.models import Organizer, OrganizerRole
from forum.audit.models import Action, AuditEntry
from forum.care.models import Task, TaskKind
from forum.db import db, transaction
from forum.demo.actions import FILE, NotEmpty, load_demo
from forum.events.models import Event, Gate, Mode
from forum.organizer import people_queries
from forum.outbox.models import Message
from forum.programme.actions import load
from forum.programme.reading.file import read
from forum.registration.models import CareState, PairRule, Registration, Role, Source, Status

pytestmark = pytest.mark.sqlite_is_enough

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
AFTER_THE_FORUM = datetime(2027, 4, 25, 12, 0, tzinfo=UTC)


@pytest.fixture
def people(app) -> dict[str, Registration]:
    """Return the demo's people by the first word of their name that is no title."""
    with transaction():
        load_demo(FILE.read_bytes(), now=NOW)
    rows = db.session.scalars(select(Registration)).all()
    return {row.name.removeprefix("Dr. ").split()[0]: row for row in rows}


@pytest.mark.both_engines
def test_all_fourteen_are_registered_for_the_forum(people):
    assert len(people) == 14
    assert {person.event.key for person in people.values()} == {"forum-2027"}
    assert {person.source for person in people.values()} == {Source.ORGANIZER}
    assert {
        gate.mode: gate.taken
        for gate in db.session.scalars(select(Gate).join(Event).where(Event.key == "forum-2027"))
    } == {Mode.IN_PERSON: 5, Mode.WEBCAST: 6, Mode.PHONE: 1}


def test_the_ways_to_attend_are_theirs(people):
    assert {name: person.mode for name, person in people.items()} == {
        "Ada": Mode.IN_PERSON,
        "Boris": Mode.IN_PERSON,
        "Cora": Mode.WEBCAST,
        "Delphine": Mode.WEBCAST,
        "Eusebio": Mode.WEBCAST,
        "Flora": Mode.WEBCAST,
        "Greta": Mode.PHONE,
        "Hollis": Mode.IN_PERSON,
        "Ione": Mode.IN_PERSON,
        "Jasper": Mode.WEBCAST,
        "Kestrel": Mode.IN_PERSON,
        "Linnea": Mode.IN_PERSON,
        "Mordecai": Mode.WEBCAST,
        "Noor": Mode.IN_PERSON,
    }


def test_only_kestrel_waits_for_a_place(people):
    waiting = [name for name, each in people.items() if each.status == Status.WAITLISTED]

    assert waiting == ["Kestrel"]
    assert people["Kestrel"].pair_rule == PairRule.EITHER


def test_boris_shares_the_mailbox_of_ada_whom_he_comes_with(people):
    assert people["Boris"].companion_of is people["Ada"]
    assert people["Boris"].email == people["Ada"].email == "ada.trialrun@people.example"


def test_the_answers_of_ada_are_kept(people):
    ada = people["Ada"]

    assert (ada.needs, ada.is_first_time, ada.roles) == (
        "wheelchair, seat near door",
        True,
        (Role.PATIENT,),
    )


def test_nobody_is_written_to_on_a_declared_day(people):
    assert people["Cora"].quiet_days == ("tue", "wed")


def test_zones_and_languages_are_their_own(people):
    assert (people["Eusebio"].timezone, people["Eusebio"].language) == ("America/Puerto_Rico", "es")
    assert people["Mordecai"].timezone == "Pacific/Honolulu"


def test_greta_has_a_telephone_and_no_address(people):
    assert (people["Greta"].email, people["Greta"].phone) == (None, "+16175550170")


@pytest.mark.both_engines
def test_the_desk_finds_greta_by_her_number(people):
    found = db.session.scalars(people_queries.found("617 555 0170")).all()

    assert [each.name for each in found] == ["Greta Nomail"]


def test_care_states_are_as_stated(people):
    states = {
        name: (each.care_state, each.care_until)
        for name, each in people.items()
        if each.care_state != CareState.ACTIVE
    }

    assert states == {
        "Hollis": (CareState.PAUSED, date(2027, 5, 1)),
        "Ione": (CareState.REMEMBERED, None),
        "Jasper": (CareState.HELD, None),
    }
    assert people["Jasper"].companion_of is people["Ione"]


@pytest.mark.both_engines
def test_the_care_of_the_three_comes_through_the_actions_that_everyone_uses(people):
    note = db.session.scalars(select(Message).where(Message.email == "pause_over")).one()
    task = db.session.scalars(select(Task).where(Task.kind != TaskKind.CALL)).one()

    assert (note.registration, note.due_at) == (
        people["Hollis"],
        datetime(2027, 5, 1, 14, 0, tzinfo=UTC),
    )
    assert (task.kind, task.registration) == (TaskKind.ASK_COMPANION, people["Jasper"])
    assert people["Ione"].status == Status.CANCELLED


def test_clinicians_see_full_titles_unless_they_are_patients_too(people):
    assert (people["Flora"].is_discreet, people["Flora"].wants_certificate) == (False, True)
    assert people["Noor"].roles == (Role.PATIENT, Role.CLINICIAN)
    assert people["Noor"].is_discreet is True


@pytest.mark.both_engines
def test_each_with_an_address_has_one_message_in_the_outbox(people):
    chosen = select(Message.email, Registration.name).join(Message.registration)
    rows = db.session.execute(chosen.where(Message.email != "pause_over"))

    assert sorted(rows) == sorted(
        ("waitlist" if name == "Kestrel" else "confirmation", person.name)
        for name, person in people.items()
        if name != "Greta"
    )


def test_that_they_came_before_the_opening_is_in_the_audit(people):
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == Action.REGISTERED_BY_PHONE)
    ).all()

    assert len(entries) == 14
    assert {entry.organizer.email for entry in entries} == {"petra.sandboxer@lantern.example"}
    assert all("opening" in entry.facts["overrides"] for entry in entries)


def test_the_coordinator_may_do_everything_at_the_desk(people):
    organizer = db.session.scalars(select(Organizer)).one()

    assert (organizer.name, organizer.role, organizer.is_active) == (
        "Petra Sandboxer",
        OrganizerRole.OWNER,
        True,
    )


def test_the_programme_file_of_the_demo_changes_nothing_afterwards(people):
    with transaction():
        report = load(read(FILE.read_bytes()), now=NOW)

    assert report.has_changes is False


def test_the_demo_goes_into_an_empty_database_only(people):
    with pytest.raises(NotEmpty), transaction():
        load_demo(FILE.read_bytes(), now=NOW)

    assert len(db.session.scalars(select(Registration)).all()) == 14


def test_after_the_forum_the_demo_has_its_programme_and_no_people(app):
    with transaction():
        demo = load_demo(FILE.read_bytes(), now=AFTER_THE_FORUM)

    assert (len(demo.report.added), demo.registrations) == (79, 0)


def test_every_address_is_invented(people):
    addresses = {person.email for person in people.values() if person.email}

    assert {address.partition("@")[2] for address in addresses} == {"people.example"}
    assert len(addresses) == 12
