"""Invite links at work: what they set aside, whom they count, and when they end."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.db import db, transaction
from forum.errors import Missing, Refusal
from forum.events.models import Event, Mode
from forum.registration import actions, refusals
from forum.registration.models import Registration
from forum.registration.places import invites
from forum.registration.requests import Companion, Overrides
from tests.rush import request


@pytest.fixture
def event(make):
    return make.event(slug="forum-2027", capacity=0)


@pytest.fixture
def petra(make):
    return make.organizer(name="Petra Sandboxer")


@pytest.fixture
def link(event, petra):
    """Return a way to make a link that sets the capacity aside, unless it says otherwise."""

    def make(*, lifts=("capacity",), people=None, expires_at=None):
        with transaction():
            return invites.make(
                event, "Family", lifts, people, expires_at, by=petra, now=clock.now()
            )

    return make


def with_link(event, number, invite, **answers):
    """Register the person with this number through a link, as the registration page does."""
    now = clock.now()
    with transaction():
        overrides = invites.overrides_for(invite, event, now=now)
        outcome = actions.register(event, request(number, **answers), now=now, overrides=overrides)
        invites.use(invite, event, outcome, now=now)
    return outcome


def test_a_link_lifts_what_it_says_and_nothing_else(event, link):
    made = link(lifts=("closing", "opening"))

    lifted = invites.overrides_for(invites.token_of(made), event, now=clock.now())

    assert lifted == Overrides(opening=True, closing=True)


def test_someone_gets_a_place_in_a_full_room_and_is_counted(event, link):
    made = link(people=3)

    outcome = with_link(event, 1, invites.token_of(made))

    assert (outcome.status, made.used, made.uses_left) == ("confirmed", 1, 2)


def test_two_who_come_together_are_two(event, link):
    made = link(people=3)

    with_link(event, 1, invites.token_of(made), companion=Companion(name="Boris"))

    assert (made.used, made.uses_left) == (2, 1)


def test_two_on_a_link_for_one_are_refused_and_nobody_is_registered(event, link):
    made = link(people=1)

    with pytest.raises(refusals.InviteUsedUp) as refused:
        with_link(event, 1, invites.token_of(made), companion=Companion(name="Boris"))

    sentence = "This invitation link works for one more person. Please register one of you now."
    assert (refused.value.sentence, refused.value.field) == (sentence, "companion_name")
    assert db.session.scalars(select(Registration)).all() == []
    assert made.used == 0


def test_the_same_person_again_is_not_counted_again(event, link, today):
    made = link(people=3)
    with_link(event, 1, invites.token_of(made))
    today.shift(timedelta(minutes=1))

    with_link(event, 1, invites.token_of(made))

    assert (made.used, made.uses_left) == (1, 2)


def test_whoever_comes_with_somebody_known_is_counted(event, link, today):
    made = link(people=3)
    with_link(event, 1, invites.token_of(made))
    today.shift(timedelta(minutes=1))

    with_link(event, 1, invites.token_of(made), companion=Companion(name="Boris"))

    assert (made.used, made.uses_left) == (2, 1)


def test_a_link_for_one_more_tells_nobody_who_is_registered(event, link, today):
    known = with_link(event, 1, invites.token_of(link())).registration
    made, said = link(people=1), []
    today.shift(timedelta(minutes=1))

    for number in (1, 2):
        with pytest.raises(refusals.InviteUsedUp) as refused:
            with_link(event, number, invites.token_of(made), companion=Companion(name="Boris"))
        said.append(refused.value.sentence)

    assert said[0] == said[1]
    assert db.session.scalars(select(Registration)).all() == [known]
    assert (made.used, made.uses_left) == (0, 1)


def test_a_link_for_any_number_counts_and_never_ends(event, link):
    made = link()
    for number in range(3):
        with_link(event, number, invites.token_of(made))

    assert (made.used, made.uses_left) == (3, None)


def test_a_link_that_ended_says_so(event, link, petra, today):
    used_up, revoked = link(people=1), link()
    late = link(expires_at=clock.now() + timedelta(hours=1))
    with_link(event, 1, invites.token_of(used_up))
    with transaction():
        invites.revoke(revoked, by=petra, now=clock.now())
    today.shift(timedelta(hours=1))

    for made, refusal in (
        (used_up, refusals.InviteUsedUp),
        (revoked, refusals.InviteRevoked),
        (late, refusals.InviteExpired),
    ):
        with pytest.raises(refusal):
            invites.overrides_for(invites.token_of(made), event, now=clock.now())


def test_a_link_that_is_ended_while_she_fills_in_the_form_registers_nobody(event, link, petra):
    made, now = link(), clock.now()

    def register_and_end():
        with transaction():
            lifted = Overrides(capacity=True)
            outcome = actions.register(event, request(1), now=now, overrides=lifted)
            invites.revoke(made, by=petra, now=now)
            invites.use(invites.token_of(made), event, outcome, now=now)

    with pytest.raises(refusals.InviteRevoked):
        register_and_end()

    assert db.session.scalars(select(Registration)).all() == []


def test_what_we_did_not_sign_and_another_events_link_are_the_same_nothing(event, make, link):
    made = invites.token_of(link())

    for invite, where in ((f"{made}x", event), ("", event), (made, make.event())):
        with pytest.raises(Missing):
            invites.overrides_for(invite, where, now=clock.now())


def test_fifty_at_once_on_a_link_for_three_people_are_three(app, event, link):
    made = link(people=3)
    invite, event_id = invites.token_of(made), event.id
    db.session.rollback()

    def press(number):
        with app.app_context():
            try:
                return with_link(db.session.get(Event, event_id), number, invite).status
            except Refusal as refusal:
                return type(refusal).__name__

    with ThreadPoolExecutor(8) as people:
        heard = sorted(people.map(press, range(50)))

    assert heard == ["InviteUsedUp"] * 47 + ["confirmed"] * 3
    db.session.expire_all()
    gate = next(gate for gate in event.gates if gate.mode == Mode.IN_PERSON)
    assert (made.used, made.uses_left, gate.taken) == (3, 0, 3)
