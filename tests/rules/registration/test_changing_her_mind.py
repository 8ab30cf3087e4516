"""Until when she may change her registration, as the event's own clock shows it."""

from datetime import UTC, date, datetime

from forum.events.models import Event, EventStatus, Mode
from forum.registration.models import CareState, Registration, Status
from forum.registration.rules import may_change, waiting_fingerprint

ENDS = datetime(2027, 4, 24, 20, 30, tzinfo=UTC)
EVENT = Event(
    starts_at=datetime(2027, 4, 24, 12, 15, tzinfo=UTC),
    ends_at=ENDS,
    timezone="America/New_York",
    status=EventStatus.PUBLISHED,
)


def test_someone_who_rests_until_a_day_may_change_her_mind_before_it():
    resting = Registration(
        event=EVENT,
        status=Status.CONFIRMED,
        care_state=CareState.PAUSED,
        care_until=date(2027, 5, 1),
        timezone="America/New_York",
    )

    assert may_change(resting, now=ENDS)


def test_a_form_about_waiting_is_another_once_she_waits_otherwise():
    stands = {"waits_for": Mode.IN_PERSON, "short_notice": None, "auto_take_until": None}
    others = ({"waits_for": Mode.PHONE}, {"short_notice": 12}, {"auto_take_until": ENDS})

    found = [waiting_fingerprint(Registration(**{**stands, **each})) for each in ({}, *others)]

    assert len(set(found)) == len(found)
    assert found[0] == waiting_fingerprint(Registration(**stands))
