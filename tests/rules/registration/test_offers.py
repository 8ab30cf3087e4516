"""Whom a place is offered, until when, and why not, decided without a database."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.events.models import Event, EventStatus
from forum.quiet_hours import is_night
from forum.registration.models import CareState, Registration
from forum.registration.places.offer_rules import (
    LEAST,
    SHORT_NOTICE,
    WhyNot,
    end_for,
    ends_at,
    is_taken_at_once,
    whom_to_offer,
    why_not,
)

BOSTON = "America/New_York"
STARTS = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)
ENDS = datetime(2027, 4, 24, 20, 30, tzinfo=UTC)
NOW = datetime(2027, 2, 1, 17, 0, tzinfo=UTC)
"""Monday noon in Boston."""
LATE = STARTS - timedelta(days=2)
"""Thursday morning, a quarter past eight in Boston."""
ZONES = (
    BOSTON,
    "America/Los_Angeles",
    "America/Puerto_Rico",
    "Europe/Paris",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Honolulu",
)


def event(**facts) -> Event:
    values = {"starts_at": STARTS, "ends_at": ENDS, "status": EventStatus.PUBLISHED}
    return Event(**{**values, **facts})


def person(number: int = 1, **facts) -> Registration:
    values = {
        "id": number,
        "timezone": BOSTON,
        "care_state": CareState.ACTIVE,
        "wants_offers": True,
    }
    return Registration(**{**values, **facts})


def in_boston(*wall: int) -> datetime:
    return datetime(*wall, tzinfo=ZoneInfo(BOSTON)).astimezone(UTC)


@pytest.mark.parametrize(
    ("made", "ends"),
    [
        ((2027, 2, 1, 12, 0), (2027, 2, 3, 12, 0)),
        ((2027, 2, 1, 20, 0), (2027, 2, 3, 20, 0)),
        ((2027, 2, 1, 20, 1), (2027, 2, 4, 8, 0)),
        ((2027, 2, 2, 3, 0), (2027, 2, 4, 8, 0)),
        ((2027, 2, 2, 8, 0), (2027, 2, 4, 8, 0)),
        ((2027, 3, 12, 19, 30), (2027, 3, 15, 8, 0)),  # 48 hours are 20:30 after the clock change
        ((2026, 10, 30, 20, 30), (2026, 11, 1, 19, 30)),
    ],
)
def test_an_offer_is_open_for_two_days_and_ends_by_day(made, ends):
    assert ends_at(in_boston(*made), BOSTON, STARTS, None) == in_boston(*ends)


@pytest.mark.parametrize(
    ("made", "notice", "ends"),
    [
        (LATE, None, None),
        (LATE, 3, (2027, 4, 23, 20, 0)),  # three hours before is a quarter past five: her night
        (LATE, 24, (2027, 4, 23, 8, 15)),
        (LATE, 0, (2027, 4, 24, 8, 15)),
        (in_boston(2027, 4, 23, 7, 15), 24, (2027, 4, 23, 8, 15)),
        (in_boston(2027, 4, 23, 7, 16), 24, None),  # less than an hour is no offer
        (STARTS - SHORT_NOTICE, None, None),
        (STARTS - SHORT_NOTICE - timedelta(seconds=1), None, (2027, 4, 23, 8, 14, 59)),
    ],
)
def test_within_three_days_only_those_with_short_notice_until_their_last_hour(made, notice, ends):
    assert ends_at(made, BOSTON, STARTS, notice) == (ends and in_boston(*ends))


instants = st.integers(1_767_225_600, 1_861_833_600).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
leads = st.timedeltas(timedelta(), timedelta(days=40))
notices = st.none() | st.integers(0, 72)
zones = st.sampled_from(ZONES)


@given(now=instants, lead=leads, zone=zones, notice=notices)
def test_no_offer_ends_in_her_night_or_too_soon(now, lead, zone, notice):
    starts_at = now + lead

    end = ends_at(now, zone, starts_at, notice)

    if end is None:
        assert lead <= SHORT_NOTICE
        return
    assert not is_night(end, zone)
    assert now + LEAST <= end <= starts_at
    if lead > SHORT_NOTICE:
        assert end - now >= timedelta(hours=48)
    else:
        assert end <= starts_at - timedelta(hours=notice)


@given(now=instants, lead=leads, clocks=st.tuples(zones, zones), notice=notices)
def test_an_offer_to_two_ends_by_day_of_the_first_and_before_the_start(now, lead, clocks, notice):
    pair = tuple(person(n, timezone=zone, short_notice=notice) for n, zone in enumerate(clocks))
    starts_at = now + lead

    end = end_for(pair, event(starts_at=starts_at), now=now)

    if end is not None:
        assert not is_night(end, clocks[0])
        assert now + LEAST <= end <= starts_at
        if lead > SHORT_NOTICE:
            assert end - now >= timedelta(hours=48)


@given(made=instants)
def test_two_clocks_that_share_daytime_are_both_respected(made):
    pair = (person(1), person(2, timezone="America/Los_Angeles"))

    end = end_for(pair, event(starts_at=made + timedelta(days=30)), now=made)

    assert [is_night(end, each.timezone) for each in pair] == [False, False]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, None),
        ({"care_state": CareState.PAUSED}, WhyNot.PAUSED),
        ({"care_state": CareState.PAUSED, "care_until": date(2027, 2, 1)}, None),
        ({"care_state": CareState.HELD}, WhyNot.HELD),
        ({"care_state": CareState.REMEMBERED}, WhyNot.HELD),
        ({"wants_offers": False}, WhyNot.UNANSWERED),
        ({"id": 9}, WhyNot.HAS_OFFER),
    ],
)
def test_why_she_is_not_offered_a_place(facts, reason):
    assert (
        why_not(
            (person(**{"number": 1, **facts}),) if "id" not in facts else (person(9),),
            event(),
            offered={9},
            now=NOW,
        )
        == reason
    )


@pytest.mark.parametrize(
    ("notice", "now", "reason"),
    [
        (None, LATE, WhyNot.NO_SHORT_NOTICE),
        (48, LATE, WhyNot.TOO_LATE),
        (24, LATE, None),
        (0, STARTS, WhyNot.TOO_LATE),
    ],
)
def test_why_not_within_three_days(notice, now, reason):
    assert why_not((person(short_notice=notice),), event(), now=now) == reason


@pytest.mark.parametrize(
    ("facts", "now"),
    [
        ({"status": EventStatus.CANCELLED}, NOW),
        ({"status": EventStatus.DRAFT}, NOW),
        ({}, ENDS),
    ],
)
def test_nothing_is_offered_for_what_does_not_take_place(facts, now):
    wants_it = person(auto_take_until=now + timedelta(days=1))

    assert why_not((wants_it,), event(**facts), now=now) == WhyNot.CLOSED


def test_one_of_two_is_enough_to_take_places_without_asking_and_only_until_her_day():
    pair = (person(1), person(2, auto_take_until=LATE))

    assert is_taken_at_once(pair, event(), now=LATE - timedelta(seconds=1))
    assert not is_taken_at_once(pair, event(), now=LATE)


def test_nothing_is_taken_without_asking_once_it_has_begun():
    keen = person(auto_take_until=ENDS)

    assert is_taken_at_once((keen,), event(), now=STARTS - timedelta(minutes=1))
    assert not is_taken_at_once((keen,), event(), now=STARTS)


@pytest.mark.parametrize(
    ("free", "offered"),
    [
        (0, []),
        (1, [(3,)]),  # the pair before comes together, and one place does not suffice
        (2, [(1, 2)]),
        (3, [(1, 2), (3,)]),
        (4, [(1, 2), (3,), (5,)]),  # 4 is paused
        (None, [(1, 2), (3,), (5,)]),
    ],
)
def test_first_come_first_served_and_pairs_come_together(free, offered):
    paused = person(4, care_state=CareState.PAUSED)
    line = [(person(1), person(2)), (person(3),), (paused,), (person(5),)]

    found = whom_to_offer(line, free, event(), now=NOW)

    assert [tuple(each.id for each in party) for party in found] == offered


sizes = st.lists(st.tuples(st.integers(1, 2), st.booleans()), max_size=8)


@given(line=sizes, free=st.integers(0, 10))
def test_nobody_is_overtaken_unless_two_need_two_or_she_cannot_be_asked(line, free):
    parties = [
        tuple(person(10 * place + n, wants_offers=can) for n in range(size))
        for place, (size, can) in enumerate(line)
    ]

    chosen = list(whom_to_offer(parties, free, event(), now=NOW))

    left = free
    for party in parties:
        if party in chosen:
            left -= len(party)
        else:
            assert not party[0].wants_offers or len(party) > left
    assert left >= 0


def test_the_line_is_read_only_as_far_as_places_last():
    def line():
        yield (person(1),)
        pytest.fail("nobody after her needs to be looked at")

    assert len(list(whom_to_offer(line(), 1, event(), now=NOW))) == 1


def test_who_has_just_declined_is_passed_over_and_so_is_who_waits_with_her():
    alone, pair = (person(1),), (person(2), person(3))

    assert why_not(alone, event(), resting={1}, now=NOW) == WhyNot.DECLINED
    assert why_not(pair, event(), resting={3}, now=NOW) == WhyNot.DECLINED
    line = [alone, pair, (person(4),)]
    assert list(whom_to_offer(line, 2, event(), resting={1, 3}, now=NOW)) == [line[2]]


def test_who_wants_a_place_without_being_asked_has_it_although_she_has_just_declined():
    eager = (person(1, auto_take_until=STARTS),)

    assert why_not(eager, event(), resting={1}, now=NOW) is None
