"""What a file says that is possible, and is hardly meant: found once it has been loaded."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from forum.events.models import Event, EventKind
from forum.events.opening_rules import OpeningSlip, gate_slip, opening_slip
from forum.programme.queries import Stored
from forum.programme.reading import outline
from forum.programme.reading.faults import Fault

_SAID = {
    OpeningSlip.OPENS_AFTER_THE_END: "registration opens when the event is over",
    OpeningSlip.OPENS_AFTER_IT_CLOSES: "registration closes before it opens",
    OpeningSlip.CLOSES_AFTER_THE_END: "registration closes after the event; write never, or when",
}
Times = tuple[object, ...]


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


def questions(event: Event, before: StoodBefore) -> Iterator[Fault]:
    """Ask about a new event on a weekday that none of its kind has had."""
    usual = before.weekdays[event.kind]
    day = _weekday(event)
    name = f"event {event.key}"
    if event.key not in before.times and usual and day not in usual:
        text = f"it is on a {day}, and every other {event.kind} was on {' or '.join(sorted(usual))}"
        yield _question(name, text)


def _question(word: str, text: str) -> Fault:
    return Fault(0, word, f'{text}; if it is meant, add --word "{word}"')


def _times(event: Event) -> Times:
    closings = sorted((gate.mode, str(gate.closes_at)) for gate in event.gates)
    return event.starts_at, event.ends_at, event.registration_opens_at, tuple(closings)


def _weekday(event: Event) -> str:
    return f"{event.starts_at.astimezone(ZoneInfo(event.timezone)):%A}"
