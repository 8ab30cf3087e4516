"""A database in which the release before wrote down what people had been told."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from forum import clock
from forum.db import db, transaction
from tests.notices import HALF, Desk, waits

HOUR = timedelta(hours=1)


@pytest.fixture
def petra_and_session(make):
    return Desk(make.organizer()), make.session(make.event())


def told_before(session, *later, **facts) -> None:
    """Write what was told of a session as the release before did, past all code of ours."""
    first = {
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "status": "scheduled",
        "is_streamed": session.is_streamed,
        "room_id": None,
        "stream_url": None,
        "dial_in": None,
        **facts,
    }
    told = first | ({"later": [{**first, **each} for each in later]} if later else {})
    with transaction():
        db.session.execute(
            text("UPDATE session SET told = :told, changed_at = updated_at WHERE id = :id"),
            {"told": json.dumps(told), "id": session.id},
        )


def test_what_it_has_not_told_yet_is_told_to_those_who_were_there_before(make, petra_and_session):
    petra, session = petra_and_session
    was, now = session.starts_at - HOUR, clock.now()
    early = make.registration(session.event, registered_at=now - 3 * HOUR)
    make.registration(session.event, registered_at=now - HOUR)
    moved = {"starts_at": session.starts_at.isoformat(), "at": (now - 2 * HOUR).isoformat()}
    told_before(session, moved, starts_at=was.isoformat())

    [concerned] = waits(session.event).people

    assert concerned.person is early
    assert concerned.changes[0].before["starts_at"] == was.isoformat()
    notice = petra.send(session.event)
    kept = notice.changes["sessions"][str(session.id)]
    assert (kept["starts_at"], kept["later"][0]["at"]) == (was.isoformat(), moved["at"])
    assert "later" not in session.told


def test_what_moves_again_is_kept_behind_what_it_kept(make, petra_and_session):
    petra, session = petra_and_session
    make.registration(session.event)
    first = (clock.now() - HOUR).isoformat()
    told_before(session, {"at": first, "room_id": 7})

    petra.move(session)

    assert [each["at"] for each in session.told["later"]] == [
        first,
        session.changed_at.isoformat(),
    ]
    assert session.told["later"][1]["starts_at"] == session.starts_at.isoformat()
    [change] = waits(session.event).changes
    assert change.before["starts_at"] == (session.starts_at - HALF).isoformat()
