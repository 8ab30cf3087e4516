"""Until when a place is offered at the edges: two far apart, late starts, and offers still open."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from forum.events.models import Event, EventStatus
from forum.registration.models import CareState, Registration
from forum.registration.places.offer_rules import end_for, ends_at, whom_to_offer

BOSTON = "America/New_York"
SECOND = timedelta(seconds=1)


def event(starts_at: datetime) -> Event:
    ends_at = starts_at + timedelta(hours=2)
    return Event(starts_at=starts_at, ends_at=ends_at, status=EventStatus.PUBLISHED)


def person(number: int, **facts) -> Registration:
    values = {"timezone": BOSTON, "care_state": CareState.ACTIVE, "wants_offers": True}
    return Registration(**{**values, "id": number, **facts})


def in_boston(*wall: int) -> datetime:
    return datetime(*wall, tzinfo=ZoneInfo(BOSTON))


@pytest.mark.parametrize(
    ("start", "notice", "ends"),
    [
        ((2027, 4, 24, 22, 0), 1, (2027, 4, 24, 20, 0)),  # 21:00 is in her night
        ((2027, 4, 24, 21, 1), 1, (2027, 4, 24, 20, 0)),
        ((2027, 4, 24, 21, 0), 1, (2027, 4, 24, 20, 0)),  # 20:00 sharp is not
        ((2027, 4, 24, 20, 59), 1, (2027, 4, 24, 19, 59)),
        ((2027, 4, 24, 9, 0), 1, (2027, 4, 24, 8, 0)),  # 8:00 sharp is not
        ((2027, 4, 24, 8, 59), 1, (2027, 4, 23, 20, 0)),
        ((2027, 4, 25, 0, 30), 1, (2027, 4, 24, 20, 0)),
    ],
)
def test_at_short_notice_the_last_moment_to_answer_is_moved_out_of_her_night(start, notice, ends):
    now = in_boston(2027, 4, 23, 12, 0)

    end = ends_at(now, BOSTON, in_boston(*start), notice)

    assert end == in_boston(*ends)
    assert end.tzinfo is UTC


def test_of_two_the_longer_notice_counts_and_one_without_is_not_asked_in_a_hurry():
    now, start = in_boston(2027, 4, 23, 12, 0), in_boston(2027, 4, 24, 18, 0)
    hurried, slow = person(1, short_notice=1), person(2, short_notice=5)

    assert end_for((hurried, slow), event(start), now=now) == in_boston(2027, 4, 24, 13, 0)
    assert end_for((hurried, person(3)), event(start), now=now) is None


def test_two_days_are_forty_eight_hours_also_over_the_night_when_clocks_change():
    friday = in_boston(2027, 3, 12, 15, 0)

    assert ends_at(friday, BOSTON, in_boston(2027, 4, 24, 8, 15), None) == in_boston(
        2027, 3, 14, 16, 0
    )


@pytest.mark.parametrize(
    ("after", "ends"),
    [
        (timedelta(minutes=1), datetime(2027, 4, 3, 23, 15, tzinfo=UTC)),
        (timedelta(minutes=15) - SECOND, datetime(2027, 4, 3, 23, 15, tzinfo=UTC)),
        (timedelta(minutes=15), datetime(2027, 4, 4, 23, 15, tzinfo=UTC)),
    ],
)
def test_where_no_hour_before_the_start_suits_both_clocks_the_first_ones_counts(after, ends):
    """Eucla wakes as Santiago goes to bed, in the one night that is an hour longer there."""
    pair = (person(1, timezone="Australia/Eucla"), person(2, timezone="America/Santiago"))
    now = datetime(2027, 4, 1, 20, 0, 1, tzinfo=ZoneInfo("America/Santiago"))
    starts_at = now.astimezone(UTC) + timedelta(days=3) + after

    assert end_for(pair, event(starts_at), now=now) == ends


def test_someone_with_an_open_offer_is_not_offered_a_second_place():
    now = in_boston(2027, 2, 1, 12, 0)
    line = [(person(1),), (person(2),), (person(3),)]

    found = whom_to_offer(line, 2, event(in_boston(2027, 4, 24, 8, 15)), offered={1}, now=now)

    assert [party[0].id for party in found] == [2, 3]
