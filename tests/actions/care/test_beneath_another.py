"""Pauses beneath another: beneath a hold that a backup brings, or a companion's longer pause."""

import datetime as dt
from datetime import timedelta

import pytest

from forum import clock
from forum.care import actions as care
from forum.care import returning_actions as returning
from forum.care.rules import Pause, Pauses, Quieted, state_at
from forum.care.state_actions import give_back_held
from forum.db import db
from forum.registration.models import CareState
from tests.actions.care.caring import do
from tests.stored import fresh

UNTIL = dt.date(2027, 3, 1)


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def ada(make):
    return make.registration(make.event(), name="Ada", has_let_companion_pause=True)


@pytest.fixture
def boris(make, ada):
    return make.registration(ada.event, name="Boris", companion_of=ada)


def state(person):
    return state_at(fresh(person), now=clock.now())


def quieted(ada, state):
    pauses = Pauses(own=Pause(UNTIL))
    return Quieted(ada.public_id, state, UNTIL, wants_reminders=True, pauses=pauses)


def test_who_was_paused_beneath_a_hold_has_her_pause_when_the_hold_ends(app, ada, petra):
    do(returning.keep_quiet_again, [quieted(ada, CareState.HELD)])
    person = fresh(ada)
    assert person.care_state == CareState.HELD
    do(give_back_held, [db.session.merge(ada)], by=petra)
    assert state_at(fresh(ada), now=clock.now()) == CareState.PAUSED


def test_who_is_held_by_the_backup_and_asked_for_a_pause_since_has_it_when_the_hold_ends(
    app, make, petra
):
    ada = make.registration(make.event(), name="Ada", care_state=CareState.HELD)
    do(returning.keep_quiet_again, [quieted(ada, CareState.PAUSED)])
    do(give_back_held, [db.session.merge(ada)], by=petra)
    assert state_at(fresh(ada), now=clock.now()) == CareState.PAUSED


def test_her_own_pause_goes_on_when_he_gives_a_shorter_one_after_his_longer(app, ada, boris, today):
    first = clock.now().date()
    do(care.pause, db.session.merge(ada), first + timedelta(days=10))
    do(
        care.pause,
        db.session.merge(ada),
        first + timedelta(days=20),
        through=db.session.merge(boris),
    )
    do(
        care.pause,
        db.session.merge(ada),
        first + timedelta(days=2),
        through=db.session.merge(boris),
    )
    today.shift(timedelta(days=3))
    assert state(ada) == CareState.PAUSED


def test_her_own_pause_without_an_end_goes_on_beneath_his(app, ada, boris, today):
    first = clock.now().date()
    do(care.pause, db.session.merge(ada), None)
    for days in (20, 2):
        him = db.session.merge(boris)
        do(care.pause, db.session.merge(ada), first + timedelta(days=days), through=him)
    today.shift(timedelta(days=30))
    assert state(ada) == CareState.PAUSED


def test_where_she_asked_for_none_his_shorter_pause_counts(app, ada, boris, today):
    first = clock.now().date()
    for days in (20, 2):
        him = db.session.merge(boris)
        do(care.pause, db.session.merge(ada), first + timedelta(days=days), through=him)
    today.shift(timedelta(days=3))
    assert state(ada) == CareState.ACTIVE
