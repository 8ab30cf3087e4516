"""Registering with an invite link: it opens what is closed to others, until it has ended."""

from datetime import UTC, datetime

import pytest

from forum import clock
from forum.db import db, transaction
from forum.events.models import Mode
from forum.outbox.models import Message
from forum.registration.models import Registration, Status
from forum.registration.places import invites
from tests.people import form_values
from tests.registering import ADA, BOOKED, outcome, path, the_registration

pytestmark = pytest.mark.sqlite_is_enough

USED_UP = (
    "This invitation link is used up. If you have registered with it, you need no other: the link"
    " in our email opens your page. If you have not, please ask us for another."
)


@pytest.fixture
def invite(make):
    """Return a way to make an invitation to an event, as its address."""

    def link(event, *lifts, uses_left=None, expires_at=None) -> str:
        with transaction():
            made = invites.make(
                event, "Nurses", lifts, uses_left, expires_at, by=make.organizer(), now=clock.now()
            )
            db.session.add(made)
        return f"{path(event)}?invite={invites.token_of(made)}"

    return link


def invited(visitor, address: str, **answers):
    """Register with an invitation, and read the page that follows."""
    return visitor.get(visitor.submit(address, **{**ADA, **answers}))


@pytest.mark.parametrize(
    ("facts", "lifts", "words"),
    [
        (
            {"registration_opens_at": datetime(2027, 1, 25, 14, 0, tzinfo=UTC)},
            "opening",
            "You can register early.",
        ),
        ({"takes_registrations": False}, "opening", "You can register early."),
        ({}, "closing", "You can still register."),
        ({"capacity": 0}, "capacity", "There is a place for you, even if all places are taken."),
    ],
)
def test_an_invitation_opens_what_is_closed_to_others(  # noqa: PLR0917 - fixtures and one table
    make, visitor, invite, facts, lifts, words
):
    event = make.event(**facts)
    if lifts == "closing":
        event.gates[0].closes_at = datetime(2026, 11, 1, tzinfo=UTC)
        db.session.commit()
    address = invite(event, lifts)

    page = visitor.get(address)
    assert f"You are invited{words}" in page.text
    assert outcome(invited(visitor, address)) == BOOKED

    registration = the_registration()
    assert (registration.mode, registration.status) == (Mode.IN_PERSON, Status.CONFIRMED)


def test_an_invitation_for_one_brings_one(make, visitor, new_visitor, invite):
    event = make.event()
    address = invite(event, "capacity", uses_left=1)
    late = {**new_visitor().get(address).form(), **ADA, "name": "Ed"}
    invited(visitor, address)

    page = visitor.get(address, status=410)
    assert page.heading == "This invitation does not work now"
    assert USED_UP in page.text
    assert "Do you have a place? The link in our email opens your page." in page.text
    assert page.links()["Send me my link again"] == "/find"
    assert page.links()["Register without an invitation"] == path(event)
    form = visitor.get(path(event)).form()
    visitor.post(address, {**late, "csrf_token": form["csrf_token"]}, status=410)
    assert the_registration().name == "Ada Q. Trialrun"


def test_an_invitation_for_one_is_refused_to_two_and_keeps_what_was_typed(make, visitor, invite):
    address = invite(make.event(), "capacity", uses_left=1)

    page = visitor.submit(address, status=422, **ADA, companion_name="Boris")

    assert page.errors() == [
        "This invitation link works for one more person. Please register one of you now."
    ]
    assert page.form()["companion_name"] == "Boris"
    assert db.session.query(Registration).count() == 0
    assert db.session.query(Message).count() == 0


def test_a_form_sent_twice_behind_an_invitation_for_one_is_answered_twice(make, visitor, invite):
    event = make.event(takes_registrations=False)
    address = invite(event, "opening", uses_left=1)
    sent = {**visitor.get(address).form(), **ADA}

    first = visitor.post(address, sent)
    again = visitor.post(address, sent)

    assert outcome(visitor.get(first)) == outcome(visitor.get(again)) == BOOKED
    assert the_registration().name == ADA["name"]


def test_a_form_that_has_brought_her_brings_nobody_else(make, visitor, invite):
    address = invite(make.event(), "capacity", uses_left=1)
    sent = {**visitor.get(address).form(), **ADA}
    visitor.post(address, sent)

    page = visitor.post(address, {**sent, "name": "Boris"}, status=422)

    assert page.errors() == [USED_UP]
    assert the_registration().name == ADA["name"]


def test_an_invitation_that_has_ended_says_so(make, visitor, invite):
    event = make.event()
    address = invite(event, "opening", expires_at=datetime(2026, 11, 23, tzinfo=UTC))

    page = visitor.get(address, status=410)

    assert "This invitation link has ended. Please ask us for another." in page.text
    assert "Do you have a place? The link in our email opens your page." in page.text


@pytest.mark.parametrize("spoil", [lambda t: t[:-2], lambda t: "x", lambda t: t + "x" * 5000])
def test_an_invitation_that_we_did_not_make_is_not_found(make, visitor, invite, spoil):
    address, _, token = invite(make.event(), "opening").partition("invite=")
    form = visitor.get("/find").form()

    visitor.get(f"{address}invite={spoil(token)}", status=404)
    visitor.post(f"{address}invite={spoil(token)}", {**form, **ADA}, status=404)


def test_an_invitation_of_another_event_is_not_found(make, visitor, invite):
    token = invite(make.event(), "opening").partition("?")[2]

    visitor.get(f"{path(make.event())}?{token}", status=404)


def test_an_invitation_is_kept_when_the_form_is_asked_for_in_her_zone(make, visitor, invite):
    address = invite(make.event(), "opening")
    path, _, token = address.partition("?invite=")

    page = visitor.get(address)

    chosen = next(each for each in page.all("form") if each.get("method") == "get")
    assert chosen.get("action") == path
    assert form_values(chosen) == {"tz": "America/New_York", "invite": token}
    yes = page.links()["Yes, show both"].replace("%2F", "/")
    assert yes == f"{path}?tz=America/New_York&invite={token}"
