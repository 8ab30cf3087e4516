"""Whatever the desk can make of a year loads again as it was dumped."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.accounts.models import Organizer
from forum.db import db, rehearsal
from forum.errors import Refusal
from forum.events.models import (
    Event,
    EventKind,
    Session,
)
from forum.planning import actions, agenda_actions, refusals, whole_actions
from forum.programme.actions import load
from forum.programme.dump import dump
from forum.programme.reading.file import read
from forum.reminders.queries import of_event
from forum.web.forms import tidy
from tests.actions.planning.plans import event_plan, session_plan
from tests.actions.programme.deeds import DEEDS, ODD, dice, every
from tests.programme import loaded
from tests.rush import NOW

OUR_OWN = {"revision", "told"}
"""Columns in which the program keeps what it has shown and told."""
EVENT, SESSION = (
    [each.name for each in table.columns if each.name not in OUR_OWN]
    for table in (Event.__table__, Session.__table__)
)


def year() -> list[tuple[object, ...]]:
    """Return what people and calendars see of everything."""
    db.session.flush()
    db.session.expire_all()
    return [
        (
            [getattr(event, name) for name in EVENT],
            [(gate.mode, gate.capacity, gate.closes_at) for gate in event.gates],
            [
                (
                    [getattr(each, name) for name in SESSION],
                    [speaker.key for speaker in each.speakers],
                )
                for each in event.sessions
            ],
            [
                (each.lead, each.local_time, each.modes, each.words, each.blocks, each.is_on)
                for each in of_event(event)
            ],
        )
        for event in every(Event)
    ]


@pytest.fixture
def petra(app, make) -> Organizer:
    loaded()
    return make.organizer()


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(st.sampled_from(DEEDS), dice), min_size=1, max_size=6))
def test_whatever_the_desk_makes_is_dumped_and_loads_as_it_is(petra, elsewhere, done):
    with rehearsal():
        for deed, chance in done:
            try:
                with db.session.begin_nested():
                    deed(petra, chance)
            except Refusal:
                db.session.expire_all()
        before, text = year(), dump()

        report = load(read(text.encode()), now=NOW)

        assert (report.has_changes, year(), dump()) == (False, before, text)

    with elsewhere.app_context(), rehearsal():
        load(read(text.encode()), now=NOW)
        assert dump() == text


def test_a_session_that_was_canceled_before_the_day_moved_is_dumped_and_loads(petra):
    with rehearsal():
        forum = next(each for each in every(Event) if each.kind == EventKind.FORUM)
        gone = forum.sessions[0]
        agenda_actions.cancel_session(gone, version=gone.version, by=petra, now=NOW)
        times = [at + timedelta(days=7) for at in (forum.starts_at, forum.ends_at)]
        whole_actions.postpone(forum, *times, version=forum.version, by=petra, now=NOW)
        before, text = year(), dump()

        report = load(read(text.encode()), now=NOW)

        assert (report.has_changes, year(), dump()) == (False, before, text)
        assert gone.starts_at == forum.starts_at


def test_a_webcast_that_the_desk_canceled_is_dumped_and_loads(petra):
    with rehearsal():
        webcast = next(each for each in every(Event) if each.key == "w3")
        actions.cancel_event(webcast, version=webcast.version, by=petra, now=NOW)
        before, text = year(), dump()

        report = load(read(text.encode()), now=NOW)

        assert (report.has_changes, year()) == (False, before)


def test_a_webcast_has_one_session_and_what_is_off_gets_none(petra):
    forum, webcast = (
        next(each for each in every(Event) if each.kind == kind) for kind in EventKind
    )
    with rehearsal():
        actions.cancel_event(forum, version=forum.version, by=petra, now=NOW)
        for event in (webcast, forum):
            with pytest.raises(refusals.AlreadyCancelled):
                agenda_actions.add_session(event, session_plan(), by=petra, now=NOW)


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize("title", ODD)
def test_a_title_is_the_same_from_a_file_and_from_the_desk(petra, title):
    with rehearsal():
        webcast = next(each for each in every(Event) if each.key == "w3")
        plan = event_plan(webcast, title=tidy(title), quiet_title=tidy(title))
        actions.change_event(webcast, plan, version=webcast.version, by=petra, now=NOW)

        text = dump()
        report = load(read(text.encode()), now=NOW)

        assert (report.has_changes, webcast.title) == (False, tidy(title))
