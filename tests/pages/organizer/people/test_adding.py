"""Registering someone who is on the phone."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from forum.audit.models import Action, AuditEntry
from forum.db import db
from forum.events.models import Mode
from forum.outbox.models import Message
from forum.registration.models import PairRule, Registration, Role, Source, Status
from tests.desk import EVENT, at, desk_form
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


@pytest.mark.both_engines
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


@pytest.mark.both_engines
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

    hollis = {**GRETA, "name": "Hollis", "phone": "617 555 0177"}
    desk.submit(ADD, **hollis, beyond_capacity="y")
    assert registered()[-1].status == Status.CONFIRMED
    gate = fresh(event.gates[0])
    assert (gate.taken, gate.capacity) == (3, 3)
    overrides = [
        entry.facts["overrides"]
        for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        if entry.action == Action.REGISTERED_BY_PHONE
    ]
    assert overrides == [[], ["capacity"]]


def test_the_form_says_places_and_opening_before_anyone_types(make, desk, event):
    make.registration(event)
    text = desk.get(ADD).text
    assert "In person 1 of 2 places is free." in text
    assert "Online No limit." in text

    make.registration(event)
    make.registration(event, status=Status.WAITLISTED)
    event.registration_opens_at = datetime(2027, 1, 25, 14, 0, tzinfo=UTC)
    event.gates[2].closes_at = datetime(2026, 11, 1, 14, 0, tzinfo=UTC)
    db.session.commit()
    opens = "Registration opens on Monday, January 25, 2027, at 9:00 am, Eastern Time."
    number = "Full. They would be number 2 on the waitlist."
    assert f"In person {opens} {number}" in desk.get(ADD).text

    event.registration_opens_at = None
    db.session.commit()
    text = desk.get(ADD).text
    assert f"In person {number}" in text
    assert "By phone Registration for it has closed. No limit." in text


@pytest.mark.both_engines
def test_at_a_full_event_she_is_told_her_number_and_never_that_she_is_registered(make, desk, event):
    for _each in range(2):
        make.registration(event)
    for _each in range(4):
        make.registration(event, status=Status.WAITLISTED)

    page = desk.get(desk.submit(ADD, **GRETA, companion_name="Boris", companion_mode="phone"))

    assert page.heading.startswith("Greta Nomail")
    assert "Greta Nomail is number 5 on the waitlist: In person." in page.text
    assert "Boris is registered: By phone." in page.text
    assert "Greta Nomail is registered" not in page.text


def test_someone_known_opens_her_page_and_nothing_later_speaks_of_nobody(make, desk, event):
    maria = make.registration(event, name="María Trialrun", email="maria@people.example")
    asked = {"name": "Maria Trialrun", "email": "Maria@people.example", "mode": "webcast"}

    for _twice in range(2):
        assert desk.submit(ADD, **asked) == at(maria)
        text = desk.get(at(maria)).text
        assert "María Trialrun is registered already. Nothing was changed" in text

    assert [(each.name, each.mode) for each in registered()] == [(maria.name, Mode.IN_PERSON)]
    assert db.session.scalars(select(Message)).all() == []
    assert "registered" not in desk.get("/organize/").text


@pytest.mark.both_engines
def test_someone_without_an_address_is_not_made_twice(desk, event):
    desk.submit(ADD, **GRETA)
    [greta] = registered()

    assert desk.submit(ADD, **{**GRETA, "phone": "+1 (617) 555-0142 ext. 3"}) == at(greta)

    for alike in (
        {"name": "Hollis Trialrun", "phone": "617.555.0142"},
        {"name": "GRETA Nomail", "phone": "617 555 0177"},
        {"name": "Greta Nomail", "phone": "", "email": "greta@people.example"},
        {"name": "Hollis", "phone": "617 555 0177", "companion_name": "Greta Nomail"},
    ):
        page = desk.submit(ADD, **{**GRETA, **alike}, status=422)
        sentence = "Someone with this number or name is registered already. Is it this person?"
        assert page.errors() == [sentence]
        assert page.links()["Greta Nomail"] == at(greta)
        assert desk_form(page)["name"] == alike["name"]
        assert desk_form(page)["phone"] == {**GRETA, **alike}["phone"]
    assert registered() == [greta]

    desk.submit(ADD, **{**GRETA, **alike}, is_another="y")
    assert [each.name for each in registered()] == ["Greta Nomail", "Hollis", "Greta Nomail"]


def test_who_has_canceled_may_come_back_and_other_addresses_are_other_people(make, desk, event):
    make.registration(event, name="Greta Nomail", email=None, status=Status.CANCELLED)
    make.registration(event, name="Greta Nomail", email="other@people.example")
    known = {"name": "Greta Nomail", "email": "greta@people.example", "mode": "phone"}

    desk.submit(ADD, **known)

    assert [each.email for each in registered()][2:] == ["greta@people.example"]


def test_an_extension_and_words_beside_a_number_are_kept(desk, event):
    desk.submit(ADD, **{**GRETA, "phone": "call my daughter 617 555 0199 x12"})

    [greta] = registered()
    assert greta.phone == "+16175550199;ext=12 call my daughter"
    page = desk.get(at(greta))
    assert "617-555-0199 ext. 12 (call my daughter)" in page.text
    part = desk.get(at(greta, "/details/reach"))
    assert desk_form(part)["phone"] == "617-555-0199 ext. 12 (call my daughter)"


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


def test_an_exception_is_offered_where_a_limit_stands_in_the_way_and_not_for_what_is_missing(
    desk, event
):
    address = f"{EVENT}/registrations/add"
    exception = 'class="fold" open>\n  <summary>Allow an exception'
    empty = desk.submit(address, status=422)
    assert exception not in empty.response.text
    event.takes_registrations = False
    db.session.commit()

    page = desk.submit(address, name="Ada", phone="+16175550142", mode="phone", status=422)

    assert exception in page.response.text
