"""Until when she may change her registration, as the event's own clock shows it."""

from datetime import UTC, date, datetime

from forum.events.models import Event, EventStatus
from forum.registration.models import CareState, Registration, Status
from forum.registration.rules import end_of_day, may_change

ENDS = datetime(2027, 4, 24, 20, 30, tzinfo=UTC)
EVENT = Event(ends_at=ENDS, timezone="America/New_York", status=EventStatus.PUBLISHED)


def test_midnight_there_is_said_in_utc():
    midnight = end_of_day(EVENT)

    assert midnight == datetime(2027, 4, 25, 4, 0, tzinfo=UTC)
    assert midnight.tzinfo is UTC


def test_someone_who_rests_until_a_day_may_change_her_mind_before_it():
    resting = Registration(
        event=EVENT,
        status=Status.CONFIRMED,
        care_state=CareState.PAUSED,
        care_until=date(2027, 5, 1),
        timezone="America/New_York",
    )

    assert may_change(resting, now=ENDS)
