"""What an attendee's page says on the day, and until when: pure answers from what is given."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from forum.events.models import Event, Room, Session
from forum.events.phase_rules import COUNTED
from forum.events.phone_rules import PhoneHours
from forum.registration.rules import JoinState, join_span, join_state

NEAR = timedelta(hours=6)
"""How long before the start her page is that of the day, also before midnight."""


def to_join(watched: Sequence[Session], event: Event, *, now: datetime) -> list[Session]:
    """Return what can be joined now of sessions shown online, or else what comes first.

    In each room that is what runs, or else comes next, until its end. What runs over is not shown
    any more once the next in its room can be joined.
    """
    states = [(each, join_state(each, event, now=now)) for each in watched]
    in_rooms: dict[Room | None, Session] = {}
    for session in (each for each, state in states if state == JoinState.OPEN):
        before = in_rooms.get(session.room)
        if before is None or before.ends_at <= now:
            in_rooms[session.room] = session
    first = [each for each, state in states if state == JoinState.TOO_EARLY][:1]
    return [*in_rooms.values()] or first


def starts_at(event: Event, awaited: Sequence[Session | PhoneHours]) -> datetime:
    """Return when it starts: from afar, nothing is seen or heard before the first stream."""
    return max([event.starts_at, *(each.starts_at for each in awaited[:1])])


def is_near(event: Event, now: datetime) -> bool:
    """Tell whether it starts within hours, whatever day a clock shows."""
    return timedelta(0) < event.starts_at - now <= NEAR


def turns(
    event: Event, watched: Sequence[Session], clock: str, heard: Sequence[PhoneHours] = ()
) -> list[datetime]:
    """Return when the page says something else: "Tonight", minutes, the start, Join, the end.

    `watched` is what she watches, `heard` what she listens to, `clock` the zone of her day.
    Between the last hour and the start the page counts minutes by itself.
    """
    zone, start = ZoneInfo(clock), starts_at(event, [*watched, *heard])
    midnight = datetime.combine(event.starts_at.astimezone(zone).date(), time(), zone)
    found = [midnight.astimezone(UTC), start - COUNTED, start, event.ends_at]
    if event.starts_at - NEAR < midnight:
        found.append(event.starts_at - NEAR)
    for each in watched:
        found += [*join_span(each, event), each.ends_at]
    return found
