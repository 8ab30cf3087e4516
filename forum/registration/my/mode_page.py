"""The ways in which someone could attend instead, as her pages offer them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from forum.events import words
from forum.events.models import Gate, Mode
from forum.registration import queries, rules
from forum.registration.models import Registration, Status
from forum.registration.my.mode_words import FULL, INSTEAD, MEANWHILE, WAIT
from forum.registration.my.waiting.offer_page import OpenOffer, in_line


class WayState(StrEnum):
    """What asking for a way to attend comes to."""

    FREE = "free"
    FULL = "full"
    WAITING = "waiting"
    OFFERED = "offered"


@dataclass(frozen=True)
class OtherWay:
    """One other way to attend: what its button says, and why she would wait, if she would.

    `line_number` is the number that she has in the line, or would have.
    """

    mode: Mode
    state: WayState
    label: str
    how: str
    said: str = ""
    line_number: int | None = None


def other_ways(
    registration: Registration, *, offered: OpenOffer | None = None, now: datetime
) -> list[OtherWay]:
    """Return every other way to attend this event, free or full; none when it is too late.

    `offered` is what is offered to her now: who is offered a place is no number in a line.
    """
    if not rules.may_change(registration, now=now):
        return []
    return [
        _way(registration, gate, offered)
        for gate in registration.event.gates
        if gate.mode != registration.mode
    ]


def _way(registration: Registration, gate: Gate, offered: OpenOffer | None) -> OtherWay:
    mode, how = gate.mode, str(words.MODES[gate.mode])
    if offered is not None and offered.offer.mode == mode:
        return OtherWay(mode, WayState.OFFERED, offered.headline, how)
    if registration.waits_for == mode:
        number = queries.line_number(registration)
        said = in_line(registration, number)
        return OtherWay(mode, WayState.WAITING, str(WAIT[mode]), how, said, number)
    if gate.left == 0:
        number = queries.number_waiting(registration.event_id, mode) + 1
        return OtherWay(mode, WayState.FULL, str(WAIT[mode]), how, str(FULL[mode]), number)
    labels = MEANWHILE if registration.status == Status.WAITLISTED else INSTEAD
    return OtherWay(mode, WayState.FREE, str(labels[mode]), how)
