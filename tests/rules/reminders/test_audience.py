"""Whom a reminder is for, when several fall together, and when one is too many."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.events.models import Mode
from forum.registration.models import Role, Status
from forum.reminders import rules
from forum.reminders.plans import ReminderPlan

IN_PERSON, WEBCAST = Mode.IN_PERSON, Mode.WEBCAST
FORUM = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)
DST_WEEKS = [datetime(2027, month, day, 16, 0, tzinfo=UTC) for month, day in ((3, 15), (11, 8))]
"""Two days after New York's clocks go forward, and a day after they go back."""
ROLES = st.lists(st.sampled_from([str(role) for role in Role]), unique=True).map(tuple)


@dataclass
class Person:
    status: Status = Status.CONFIRMED
    mode: Mode = IN_PERSON
    waits_for: Mode | None = None
    roles: tuple[str, ...] = ()
    timezone: str = "America/New_York"
    quiet_days: tuple[str, ...] = ()


@given(of_rule=ROLES, of_person=ROLES)
def test_a_rule_for_roles_is_for_whoever_has_one_of_them(of_rule, of_person):
    rule = ReminderPlan(lead="P2D", roles=of_rule or None)
    expected = not of_rule or bool(set(of_rule) & set(of_person))
    assert rules.is_for(rule, Person(roles=of_person), {}) is expected


@pytest.mark.parametrize(
    ("person", "with_place", "waiting"),
    [
        (Person(), True, False),
        (Person(Status.WAITLISTED, waits_for=IN_PERSON), False, True),
        (Person(mode=WEBCAST, waits_for=IN_PERSON), True, True),
        (Person(Status.CANCELLED), False, False),
    ],
)
def test_those_with_a_place_and_those_who_wait(person, with_place, waiting):
    ordinary, waitlist = (ReminderPlan(lead="P2D", is_for_waitlist=each) for each in (False, True))
    assert [rules.is_for(each, person, {}) for each in (ordinary, waitlist)] == [
        with_place,
        waiting,
    ]


def test_those_who_wait_are_asked_for_the_way_that_they_wait_for():
    person = Person(mode=WEBCAST, waits_for=IN_PERSON)
    for mode, expected in ((IN_PERSON, True), (WEBCAST, False)):
        rule = ReminderPlan(lead="P2D", is_for_waitlist=True, modes=(mode,))
        assert rules.is_for(rule, person, {}) is expected


def test_the_people_of_a_session_and_those_who_wait_for_it():
    held = {7: Status.CONFIRMED, 8: Status.WAITLISTED}
    wanted = {(7, False): True, (7, True): False, (8, False): False, (8, True): True}
    wanted |= {(9, False): False, (9, True): False}
    for (session_id, is_for_waitlist), expected in wanted.items():
        rule = ReminderPlan(lead="P2D", session_id=session_id, is_for_waitlist=is_for_waitlist)
        assert rules.is_for(rule, Person(), held) is expected


@pytest.mark.parametrize("starts_at", DST_WEEKS, ids=["spring", "fall"])
def test_rules_of_two_roles_fall_on_one_instant_in_weeks_when_clocks_change(starts_at):
    patients, carers = (
        ReminderPlan(lead="P7D", local_time="10:00", roles=(role,))
        for role in ("patient", "caregiver")
    )
    both = Person(roles=("patient", "caregiver"))
    instants = {rules.due_for(rule, both, starts_at=starts_at) for rule in (patients, carers)}
    [due_at] = instants
    assert (due_at.hour, due_at.date()) == (
        (15, starts_at.date() - timedelta(days=7))
        if starts_at.month == 3
        else (14, starts_at.date() - timedelta(days=7))
    )


@given(others=st.integers(0, 6), later=st.integers(0, 6))
def test_a_reminder_with_others_to_come_never_makes_more_than_four(others, later):
    instants = {FORUM - timedelta(days=day) for day in range(later)}
    is_one_too_many = rules.yields(others=others, later=instants)
    assert is_one_too_many is (later > 0 and others + later + 1 > 4)


@given(st.integers(0, 4), st.integers(1, 8))
def test_of_many_reminders_the_last_go_no_more_than_four_and_the_last_one_always(sent, number):
    went = []
    instants = [FORUM - timedelta(days=number - place) for place in range(number)]
    for place, instant in enumerate(instants):
        if not rules.yields(others=sent + len(went), later=set(instants[place + 1 :])):
            went.append(instant)
    assert went == instants[max(0, number - max(1, 4 - sent)) :]
