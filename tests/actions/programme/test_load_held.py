"""A file that would cancel a session that has been held, or let one have been that was not."""

from datetime import timedelta

import pytest

from forum.events.models import SessionStatus
from forum.planning import agenda_actions
from forum.programme.dump import dump
from forum.programme.reading.faults import Faulty
from tests.actions.planning.plans import does
from tests.actions.programme.rows import state
from tests.programme import changed, event, loaded, session
from tests.stored import fresh

TALK = '- {id: s04, time: ["09:20", "10:05"]'
OFF = '- {id: s04, status: cancelled, time: ["09:20", "10:05"]'


def without_talk() -> str:
    """Return the file of the demo without its first talk, which is one item of five lines."""
    before, _talk, rest = changed().partition(f"    {TALK}")
    return before + rest[rest.index("    - {id: s05") :]


def refused(source, *, now) -> list[str]:
    before = state()
    with pytest.raises(Faulty) as raised:
        loaded(source, now=now)
    assert state() == before
    return raised.value.lines


@pytest.mark.parametrize("after", [timedelta(minutes=46), timedelta(days=2)])
def test_a_file_does_not_cancel_what_has_been_held(app, after):
    loaded()
    now = session("s04").starts_at + after

    [left_out] = refused(without_talk(), now=now)
    assert left_out.endswith('sessions: "s04" has taken place: it is neither canceled nor left out')
    [canceled] = refused(changed((TALK, OFF)), now=now)
    assert canceled.endswith("status: this session has taken place: it is not canceled")


def test_until_it_is_over_a_file_may_cancel_it(app):
    loaded()
    loaded(without_talk(), now=session("s04").starts_at + timedelta(minutes=44))

    assert session("s04").status == SessionStatus.CANCELLED


def test_a_file_does_not_put_back_what_would_be_over_by_now(app, make):
    loaded()
    talk = session("s04")
    does(agenda_actions.cancel_session, talk, version=talk.version, by=make.organizer())
    ends_at = fresh(talk).ends_at

    [put_back] = refused(changed(), now=ends_at)
    assert put_back.endswith("status: this session would be over by now: it stays canceled")
    loaded(dump(), now=event().ends_at + timedelta(days=2))
    loaded(without_talk(), now=event().ends_at + timedelta(days=2))
    assert session("s04").status == SessionStatus.CANCELLED
