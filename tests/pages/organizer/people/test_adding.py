"""Registering someone who is on the phone."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from forum.audit.models import Action, AuditEntry
from forum.db import db
from forum.events.models import Mode
from forum.outbox.models import Message
from forum.registration.models import PairRule, Registration, Role, Source, Status
from tests.desk import EVENT
from tests.stored import fresh, registered

pytestmark = pytest.mark.sqlite_is_enough

ADD = f"{EVENT}/registrations/add"
GRETA = {"name": "Greta Nomail", "phone": "617 555 0142", "mode": "in_person"}


@pytest.fixture
def event(make):
    return make.event(slug="forum-2027", capacity=2)


def test_someone_who_phones_is_registered_without_an_address(desk, event):
    desk.submit(
        "/organize/events/forum-2027/registrations/add",
        name="Greta Nomail",
        phone="617 555 0142",
        mode="phone",
    )

    greta = db.session.scalars(select(Registration)).one()
    assert (greta.name, greta.email, greta.phone, greta.mode, greta.source) == (
        "Greta Nomail",
        None,
        "+16175550142",
        Mode.PHONE,
        Source.ORGANIZER,
    )
    assert db.session.scalars(select(Message)).all() == []


def test_a_number_that_cannot_be_dialed_is_refused(desk, event):
    page = desk.submit(
        "/organize/events/forum-2027/registrations/add",
        name="Greta",
        phone="call me",
        mode="phone",
        status=422,
    )

    sentence = "Enter a phone number like 617-555-0142, or +44 20 7946 0958 from abroad"
    assert page.errors() == [sentence]


def test_a_limit_is_set_aside_only_when_she_says_so_and_that_is_written_down(make, desk, event):
    event.registration_opens_at = datetime(2027, 1, 25, 14, 0, tzinfo=UTC)
    db.session.commit()
    address = "/organize/events/forum-2027/registrations/add"
    greta = {"name": "Greta", "phone": "617 555 0142", "mode": "phone"}

    page = desk.submit(address, **greta, status=422)
    assert page.errors() == [
        "Registration opens on Monday, January 25, 2027, at 9:00 am, Eastern Time."
    ]

    desk.submit(address, **greta, before_opening="y")
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == Action.REGISTERED_BY_PHONE)
    ).one()
    assert entry.facts["overrides"] == ["opening"]
    assert entry.organizer_id == desk.organizer.id


def test_two_who_come_together_each_in_their_own_way(desk):
    desk.submit(
        ADD,
        **GRETA,
        roles=["patient"],
        timezone="America/Denver",
        titles="full",
        companion_name="Boris",
        companion_email="Boris@People.example",
        companion_mode="webcast",
        pair_rule="either",
    )

    greta, boris = registered()
    assert (greta.roles, greta.timezone, greta.is_discreet) == (
        (Role.PATIENT,),
        "America/Denver",
        False,
    )
    assert (boris.name, boris.email, boris.mode, boris.companion_of_id) == (
        "Boris",
        "boris@people.example",
        Mode.WEBCAST,
        greta.id,
    )
    assert greta.pair_rule == PairRule.EITHER


def test_beyond_capacity_only_when_she_says_so(make, desk, event):
    make.registration(event)
    make.registration(event)

    desk.submit(ADD, **GRETA)
    assert registered()[-1].status == Status.WAITLISTED

    desk.submit(ADD, **{**GRETA, "name": "Hollis"}, beyond_capacity="y")
    assert registered()[-1].status == Status.CONFIRMED
    gate = fresh(event.gates[0])
    assert (gate.taken, gate.capacity) == (3, 3)
    overrides = [
        entry.facts["overrides"]
        for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        if entry.action == Action.REGISTERED_BY_PHONE
    ]
    assert overrides == [[], ["capacity"]]


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"name": " "}, "Enter a name"),
        ({"phone": ""}, "Enter a phone number or an email address"),
        ({"mode": None}, "Choose a way to take part"),
        ({"companion_name": "greta nomail"}, "This is your own name."),
        ({"companion_email": "b@people.example"}, "Enter the name of the companion, too"),
        ({"timezone": "Moon/Base"}, "zone"),
        ({"roles": ["queen"]}, "Choose from the list"),
    ],
)
def test_a_bad_answer_is_refused_and_nobody_is_registered(desk, answers, sentence):
    page = desk.submit(ADD, status=422, **{**GRETA, **answers})

    assert len(page.errors()) == 1
    assert sentence in page.errors()[0]
    assert registered() == []
