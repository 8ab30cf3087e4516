"""Which reminders are the same, how long a lead may be, and what an email keeps of its rule."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from forum.events.models import Mode
from forum.registration.models import Role, Status
from forum.reminders import rules
from forum.reminders.plans import ReminderPlan

BOSTON = ZoneInfo("America/New_York")
FORUM = datetime(2027, 4, 24, 8, 15, tzinfo=BOSTON)
"""A Saturday."""


@dataclass
class Person:
    status: Status = Status.CONFIRMED
    mode: Mode = Mode.IN_PERSON
    waits_for: Mode | None = None
    roles: tuple[str, ...] = ()
    timezone: str = "America/New_York"
    quiet_days: tuple[str, ...] = ()


@dataclass
class Stored:
    """A rule as it is kept: armed at an instant."""

    armed_at: datetime


@pytest.mark.parametrize(
    ("lead", "length"),
    [
        ("P999D", timedelta(days=999)),
        ("PT999H", timedelta(hours=999)),
        ("PT9999M", timedelta(minutes=9999)),
        ("P1DT1H1M", timedelta(days=1, hours=1, minutes=1)),
        ("P1DT1M", timedelta(days=1, minutes=1)),
        ("PT1M", timedelta(minutes=1)),
    ],
)
def test_a_lead_has_at_most_three_digits_of_days_and_hours_and_four_of_minutes(lead, length):
    assert rules.lead_time(lead) == length


@pytest.mark.parametrize("lead", ["P1000D", "PT1000H", "PT10000M", "p7d", "PT1M1H", "P0D", "P7D "])
def test_another_lead_is_refused_in_words_that_show_how(lead):
    with pytest.raises(ValueError, match="is not a lead") as refused:
        rules.lead_time(lead)

    assert str(refused.value) == f"{lead!r} is not a lead such as P7D or PT90M"


def test_ninety_minutes_before_ten_is_no_sentence_and_is_refused_as_such():
    with pytest.raises(ValueError, match="whole days") as refused:
        rules.due_at("P1DT1H", "10:00", starts_at=FORUM, zone="America/New_York")

    assert str(refused.value) == "'P1DT1H' is not in whole days, so it cannot have a local time"


def test_when_it_goes_and_until_when_it_helps_is_said_in_utc_wherever_the_event_is():
    due = rules.due_at("P1D", None, starts_at=FORUM, zone="America/New_York")
    late = rules.useful_until("P1D", starts_at=FORUM)

    assert (due, due.tzinfo) == (datetime(2027, 4, 23, 12, 15, tzinfo=UTC), UTC)
    assert (late, late.tzinfo) == (datetime(2027, 4, 24, 0, 15, tzinfo=UTC), UTC)


@pytest.mark.parametrize(
    ("person", "day", "hour"),
    [
        (Person(), 22, 14),
        (Person(timezone="Europe/Paris"), 22, 8),
        (Person(timezone="Asia/Tokyo"), 22, 1),
        (Person(quiet_days=("thu",)), 21, 22),
        (Person(quiet_days=("thu", "wed")), 20, 22),
    ],
)
def test_she_is_reminded_on_her_own_clock_and_never_on_her_quiet_days(person, day, hour):
    rule = ReminderPlan(lead="P2D", local_time="10:00")

    due = rules.due_for(rule, person, starts_at=FORUM)

    assert due == datetime(2027, 4, day, hour, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("person", "is_meant"),
    [
        (Person(mode=Mode.WEBCAST), True),
        (Person(mode=Mode.PHONE), True),
        (Person(mode=Mode.IN_PERSON), False),
        (Person(Status.CANCELLED, mode=Mode.WEBCAST), False),
    ],
)
def test_how_to_join_is_sent_to_those_who_join_from_afar(person, is_meant):
    rule = ReminderPlan(lead="PT90M", modes=(Mode.WEBCAST, Mode.PHONE))

    assert rules.is_for(rule, person, {}) is is_meant


@pytest.mark.parametrize("is_for_waitlist", [True, False])
def test_a_sessions_reminder_goes_by_how_she_attends_and_only_to_someone_with_a_place(
    is_for_waitlist,
):
    held = {7: Status.WAITLISTED if is_for_waitlist else Status.CONFIRMED}
    rule = ReminderPlan(
        lead="P2D", session_id=7, is_for_waitlist=is_for_waitlist, modes=(Mode.IN_PERSON,)
    )

    assert rules.is_for(rule, Person(), held)
    assert not rules.is_for(rule, Person(mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON), held)
    assert not rules.is_for(rule, Person(Status.WAITLISTED), held)


RULE = {"lead": "P7D", "local_time": "10:00", "modes": (Mode.WEBCAST,), "roles": (Role.PATIENT,)}


@pytest.mark.parametrize(
    "other",
    [
        {"lead": "P2D"},
        {"local_time": None},
        {"modes": (Mode.PHONE,)},
        {"modes": None},
        {"roles": (Role.CAREGIVER,)},
        {"roles": None},
        {"session_id": 7},
        {"is_for_waitlist": True},
    ],
)
def test_two_reminders_that_differ_in_when_or_whom_are_two(other):
    assert rules.whom(ReminderPlan(**RULE)) != rules.whom(ReminderPlan(**{**RULE, **other}))


def test_the_same_people_in_another_order_are_the_same():
    modes, roles = (Mode.WEBCAST, Mode.PHONE), (Role.PATIENT, Role.CAREGIVER)
    one = ReminderPlan(lead="P7D", modes=modes, roles=roles)
    other = ReminderPlan(lead="P7D", modes=modes[::-1], roles=roles[::-1])

    assert rules.whom(one) == rules.whom(other)


def test_for_everyone_may_be_said_in_two_ways():
    nobody_left_out = ReminderPlan(lead="P7D", modes=None, roles=None)

    assert rules.whom(nobody_left_out) == rules.whom(ReminderPlan(lead="P7D", modes=(), roles=()))


def test_an_email_keeps_for_which_start_it_was_due_and_since_when_its_rule_is_on():
    armed_at = datetime(2026, 11, 1, 12, 0, 59, 999999, tzinfo=UTC)
    starts_at = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)

    assert rules.armed_for(Stored(armed_at), starts_at=starts_at) == "1808568900:1793534459"


@pytest.mark.parametrize(("others", "is_one_too_many"), [(2, False), (3, True)])
def test_of_her_four_emails_the_one_that_comes_after_has_its_place_kept(others, is_one_too_many):
    later = [datetime(2027, 4, 24, 10, 45, tzinfo=UTC)]

    assert rules.yields(others=others, later=later) is is_one_too_many


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("due", "useful_for", "goes"),
    [
        (-HOUR, 12 * HOUR, HOUR),  # an hour, in which a slip is noticed
        (HOUR / 2, 12 * HOUR, HOUR),
        (2 * HOUR, 12 * HOUR, 2 * HOUR),  # as planned
        (-HOUR, HOUR, HOUR / 2),  # in time to be of use
        (-2 * HOUR, -HOUR, -HOUR / 2),
    ],
)
def test_after_a_move_that_nobody_was_told_of_a_reminder_waits(due, useful_for, goes):
    given = {"moved_at": FORUM, "useful_until": FORUM + useful_for}
    assert rules.goes_at(FORUM + due, **given) == FORUM + goes


def test_what_has_not_moved_is_reminded_of_when_it_is_due():
    assert rules.goes_at(FORUM - HOUR, moved_at=None, useful_until=FORUM) == FORUM - HOUR
