"""What a file says that is possible, and is hardly meant: found once it has been loaded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from forum.events.models import Event, EventKind
from forum.events.opening_rules import OpeningSlip, gate_slip, opening_slip
from forum.planning.their_number import is_by_months
from forum.programme.queries import Stored
from forum.programme.reading import outline
from forum.programme.reading.faults import Fault
from forum.programme.reading.walltimes import is_far
from forum.registration.queries import number_registered

_SAID = {
    OpeningSlip.OPENS_AFTER_THE_END: "registration opens when the event is over",
    OpeningSlip.OPENS_AFTER_IT_CLOSES: "registration closes before it opens",
    OpeningSlip.CLOSES_AFTER_THE_END: "registration closes after the event; write never, or when",
}
Times = tuple[datetime, datetime, datetime | None, tuple[object, ...], object]


@dataclass(frozen=True)
class StoodBefore:
    """How events stood before a load: their times by id, their weekdays by kind."""

    times: dict[str, Times]
    weekdays: dict[EventKind, frozenset[str]]


def standing(stored: Stored) -> StoodBefore:
    """Return how everything stands, as values."""
    events = stored.events.values()
    return StoodBefore(
        {each.key: _times(each) for each in events},
        {
            kind: frozenset(_weekday(each) for each in events if each.kind == kind)
            for kind in EventKind
        },
    )


def faults(
    stated: outline.Forum | outline.Webcast, event: Event, before: StoodBefore
) -> Iterator[Fault]:
    """Say what is wrong with times that a file has changed; others may stay as they are."""
    if before.times.get(event.key) == _times(event):
        return
    spot = stated.spot.key("registration")
    closings = [gate.closes_at for gate in event.gates]
    slip = opening_slip(event.registration_opens_at, closings, event.ends_at)
    if slip is not None:
        yield spot.key("opens").fault(_SAID[slip])
        return
    for gate in event.gates:
        slip = gate_slip(gate)
        if slip is not None:
            yield spot.key(f"closes_{gate.mode}").fault(_SAID[slip])


def questions(event: Event, before: StoodBefore, *, now: datetime) -> Iterator[Fault]:
    """Ask about a year or month that may be a slip, and a weekday that none of its kind has had.

    People who count on an event are named with their number: the word for it has that.

    What is over may be as long ago as it is: a file also brings what was years before.
    """
    usual = before.weekdays[event.kind]
    day = _weekday(event)
    name = f"event {event.key}"
    if before.times.get(event.key) == _times(event):
        return
    if event.starts_at > now and is_far(event.starts_at.date(), now.date()):
        yield _question(name, f"it is in {event.starts_at.year}, more than three years from now")
    if event.starts_at > now and _moves_by_months(event, before.times.get(event.key)):
        number = number_registered(event)
        if number:
            text = f"it moves by months, to {event.starts_at:%Y-%m-%d}, and {number} are registered"
            yield _question(f"{name} {number}", text)
    promised = (event.details or {}).get("promised_by")
    if promised and is_far(date.fromisoformat(promised), event.ends_at.date()):
        yield _question(name, f"its recordings are promised by {promised}, years from the event")
    if event.key not in before.times and usual and day not in usual:
        text = f"it is on a {day}, and every other {event.kind} was on {' or '.join(sorted(usual))}"
        yield _question(name, text)


def _moves_by_months(event: Event, before: Times | None) -> bool:
    if before is None:
        return False
    starts_at, ends_at, *_ = before
    return is_by_months(starts_at, event.starts_at) or is_by_months(ends_at, event.ends_at)


def _question(word: str, text: str) -> Fault:
    return Fault(0, word, f'{text}; if it is meant, add --word "{word}"')


def _times(event: Event) -> Times:
    closings = sorted((gate.mode, str(gate.closes_at)) for gate in event.gates)
    promised = (event.details or {}).get("promised_by")
    opens_at = event.registration_opens_at
    return event.starts_at, event.ends_at, opens_at, tuple(closings), promised


def _weekday(event: Event) -> str:
    return f"{event.starts_at.astimezone(ZoneInfo(event.timezone)):%A}"
