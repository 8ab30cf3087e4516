"""How one waits, and how one stops: with a place elsewhere, by one's own wish, by mistake."""

import pytest

from forum.db import db, transaction
from forum.events.models import Mode
from forum.registration import refusals
from forum.registration.models import (
    SessionPlace,
    Status,
)
from forum.registration.places import session_places, vacating, waiting
from tests.actions.registration.places.line import WAITS, counted, line
from tests.rush import NOW
from tests.stored import told


def test_leaving_the_line_keeps_the_place_one_has_and_refuses_who_has_none(make, event, seated):
    boris = make.registration(event, name="Boris", mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    cora = make.registration(event, name="Cora", **WAITS)

    with transaction():
        waiting.leave_line(boris, now=NOW)
    with pytest.raises(refusals.NoOtherPlace), transaction():
        waiting.leave_line(cora, now=NOW)

    assert (boris.status, line(event)) == (Status.CONFIRMED, ["Cora"])


@pytest.mark.parametrize(
    ("notice", "until", "refusal"),
    [
        (73, None, refusals.NoticeOutOfRange),
        (-1, None, refusals.NoticeOutOfRange),
        (None, NOW, refusals.DayIsPast),
    ],
)
def test_how_one_waits_has_limits(make, notice, until, refusal):
    boris = make.registration(make.event(capacity=0), name="Boris", **WAITS)

    with pytest.raises(refusal), transaction():
        waiting.set_waiting(boris, short_notice=notice, auto_take_until=until, now=NOW)


def test_who_does_not_wait_has_nothing_to_set(seated):
    with pytest.raises(refusals.NotWaiting), transaction():
        waiting.set_waiting(seated, short_notice=None, auto_take_until=None, now=NOW)


def test_a_place_is_released_without_a_word_and_comes_back_beyond_capacity(make, event, seated):
    make.registration(event, name="Boris", **WAITS)
    circle = make.session(event, capacity=1)
    with transaction():
        session_places.choose(seated, [circle.id], now=NOW)

    with transaction():
        standing = vacating.release_silently(seated, now=NOW)
    assert (seated.status, seated.sequence) == (Status.CANCELLED, 0)
    assert told() == [("offer", "Boris")]
    assert counted(event) == (0, 1)
    with transaction():
        vacating.restore(seated, standing, now=NOW, by=None)

    assert (seated.status, counted(event), event.gates[0].capacity) == (
        Status.CONFIRMED,
        (1, 1),
        2,
    )
    assert db.session.query(SessionPlace).one().status == Status.CONFIRMED
    assert told() == [("offer", "Boris")]


def test_who_waited_comes_back_to_her_old_number(make, event, seated):
    boris = make.registration(event, name="Boris", **WAITS)
    make.registration(event, name="Cora", **WAITS)
    with transaction():
        standing = vacating.release_silently(boris, now=NOW)
    assert line(event) == ["Cora"]

    with transaction():
        vacating.restore(boris, standing, now=NOW, by=None)

    assert line(event) == ["Boris", "Cora"]
