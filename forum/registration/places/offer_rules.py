"""Whom a free place is offered, until when, and why not: pure answers, no database, no clock.

Those who are offered a place together are a *party*: one who waits, or two who come together or
not at all.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from forum.care.rules import Purpose, kept_back
from forum.events.models import Event, EventStatus
from forum.quiet_hours import NIGHT_FROM, NIGHT_UNTIL, is_night
from forum.registration.models import CareState, Registration

OPEN_FOR = timedelta(hours=48)
"""How long an offer is open at least, so that someone may be ill for a day."""
SHORT_NOTICE = timedelta(days=3)
"""How long before the start a place is offered only to those who asked for short notice."""
LEAST = timedelta(hours=1)
"""Less time than this is no offer."""
RESTS = timedelta(days=1)
"""How long whoever has declined a place and waits on is offered none."""

Party = tuple[Registration, ...]


class WhyNot(StrEnum):
    """Why someone who waits was not offered a place."""

    CLOSED = "closed"
    """The event is over, canceled or not published."""
    HELD = "held"
    PAUSED = "paused"
    HAS_OFFER = "has an offer"
    DECLINED = "declined before"
    """She has just declined a place: nobody is asked again at once."""
    UNANSWERED = "unanswered before"
    """She left an offer unanswered, and has not said since that she still waits."""
    NO_SHORT_NOTICE = "no short notice"
    TOO_LATE = "too late"
    """It is later than the last hour that she chose, or would be before she could answer."""
    COMPANION = "companion"
    """The one she comes with cannot be offered a place now; his reason is another of these."""
    NEEDS_TWO = "needs two"
    """Two who come together need two places, and one is free."""
    FULL = "full"
    """No place is free for her: those before her are offered what there is."""


def ends_at(
    now: datetime, zone: str, starts_at: datetime, short_notice: int | None
) -> datetime | None:
    """Return until when an offer made now is open, in UTC, or None when none can be made.

    At least 48 hours, and never between 20:00 and 08:00 of the clock in `zone`: later, at 08:00.
    Within three days of the start only for someone with `short_notice`: at the latest that many
    hours before the start, or at 20:00 before it where that is in her night; none that would be
    open for less than an hour.
    """
    return _end(now, [zone], starts_at, [short_notice])


def end_for(party: Party, event: Event, *, now: datetime) -> datetime | None:
    """Return until when an offer to a party is open: by the clocks of both, or None.

    Where no hour of the day suits both clocks, the first one's counts.
    """
    zones = [each.timezone for each in party]
    return _end(now, zones, event.starts_at, [each.short_notice for each in party])


def is_taken_at_once(party: Party, event: Event, *, now: datetime) -> bool:
    """Tell whether a free place is taken without asking: one of them wished so, for both."""
    wishes = [each.auto_take_until for each in party if each.auto_take_until is not None]
    return now < event.starts_at and any(now < until for until in wishes)


def why_not(
    party: Party,
    event: Event,
    *,
    offered: Collection[int] = (),
    resting: Collection[int] = (),
    now: datetime,
) -> WhyNot | None:
    """Return why a party is not offered what it needs, though there were places enough.

    `offered` are the ids of those to whom an offer is open, `resting` of those who have declined
    one lately. The first reason found is said, the event's before a person's. Whoever has asked
    for a place without being asked first has it all the same.
    """
    if event.status != EventStatus.PUBLISHED or now >= event.ends_at:
        return WhyNot.CLOSED
    for each in party:
        if reason := _own_reason(each, offered, now):
            return reason
    if is_taken_at_once(party, event, now=now):
        return None
    if any(each.id in resting for each in party):
        return WhyNot.DECLINED
    if end_for(party, event, now=now) is not None:
        return None
    return WhyNot.NO_SHORT_NOTICE if _lacks_short_notice(party) else WhyNot.TOO_LATE


def whom_to_offer(  # noqa: PLR0913 - what it depends on, by name
    parties: Iterable[Party],
    free: int | None,
    event: Event,
    *,
    offered: Collection[int] = (),
    resting: Collection[int] = (),
    now: datetime,
) -> Iterator[Party]:
    """Yield who is offered the free places: first come, first served.

    `parties` are in the order of the line and looked at only as far as places last; `free` is
    None without a limit. Two who come together are passed over only while the free places do
    not suffice for both. Whoever is passed over keeps her number.
    """
    if free == 0:
        return
    for party in parties:
        if free is not None and len(party) > free:
            continue
        if why_not(party, event, offered=offered, resting=resting, now=now) is None:
            yield party
            if free is not None:
                free -= len(party)
                if free == 0:
                    return


def _own_reason(person: Registration, offered: Collection[int], now: datetime) -> WhyNot | None:
    state = kept_back(person, Purpose.AUTOMATIC, now=now)
    if state is not None:
        return WhyNot.PAUSED if state == CareState.PAUSED else WhyNot.HELD
    if person.id in offered:
        return WhyNot.HAS_OFFER
    return None if person.wants_offers else WhyNot.UNANSWERED


def _lacks_short_notice(party: Party) -> bool:
    return any(each.short_notice is None for each in party)


def _end(
    now: datetime, zones: list[str], starts_at: datetime, notices: list[int | None]
) -> datetime | None:
    now = now.astimezone(UTC)
    is_short = now >= starts_at - SHORT_NOTICE
    end = _by_day(now + OPEN_FOR, zones)
    if is_short:
        hours = [each for each in notices if each is not None]
        if len(hours) < len(notices):
            return None
        end = min(end, _by_day(starts_at - timedelta(hours=max(hours)), zones, earlier=True))
    elif end >= starts_at:
        end = _by_day(now + OPEN_FOR, zones[:1])
    return end if end - now >= LEAST else None


def _by_day(at: datetime, zones: list[str], *, earlier: bool = False) -> datetime:
    """Move an instant out of the night: later, to 08:00, or earlier, to 20:00.

    Twice around for two clocks; the first one's has the last word.
    """
    for zone in (*reversed(zones), *reversed(zones)):
        if is_night(at, zone):
            at = _out_of_night(at, ZoneInfo(zone), earlier=earlier)
    return at.astimezone(UTC)


def _out_of_night(at: datetime, clock: ZoneInfo, *, earlier: bool) -> datetime:
    local = at.astimezone(clock)
    is_evening = local.time() > NIGHT_FROM
    if earlier:
        day = local.date() if is_evening else local.date() - timedelta(days=1)
        return datetime.combine(day, NIGHT_FROM, clock)
    day = local.date() + timedelta(days=1) if is_evening else local.date()
    return datetime.combine(day, NIGHT_UNTIL, clock)
