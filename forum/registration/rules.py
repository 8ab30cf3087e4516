"""What registering allows: pure answers from what is given, no database, no clock, no words."""

from datetime import datetime, timedelta
from enum import StrEnum

from forum.care.rules import Purpose, kept_back
from forum.events.models import Event, EventStatus, Gate, Mode, Session, SessionStatus
from forum.events.rules import days_of, has_no_stream, is_open, join_opens
from forum.fingerprint import fingerprint
from forum.registration.models import PairRule, Registration, Role, Status

JOIN_STAYS = timedelta(minutes=30)
"""How long after its planned end something can still be joined: hosts run over."""


class ModeState(StrEnum):
    """What can be done about one way to attend, now."""

    OPEN = "open"
    NOT_OPEN_YET = "not open yet"
    ANNOUNCED = "announced"
    CLOSED = "closed"
    OVER = "over"
    CANCELLED = "cancelled"


class JoinState(StrEnum):
    """Whether a webcast can be joined now."""

    TOO_EARLY = "too early"
    OPEN = "open"
    OVER = "over"
    NOWHERE = "nowhere"
    """Not over, but there is no stream yet: nothing is promised."""


def mode_state(event: Event, gate: Gate, *, now: datetime) -> ModeState:
    """Tell what can be done about attending `event` through `gate` at `now`."""
    if event.status == EventStatus.CANCELLED:
        return ModeState.CANCELLED
    if now >= event.ends_at:
        return ModeState.OVER
    if not event.takes_registrations or event.status == EventStatus.DRAFT:
        return ModeState.ANNOUNCED
    if event.registration_opens_at is not None and now < event.registration_opens_at:
        return ModeState.NOT_OPEN_YET
    return ModeState.OPEN if is_open(gate, now) else ModeState.CLOSED


def takes_again(event: Event, mode: Mode, *, now: datetime) -> bool:
    """Tell whether who leaves `mode` could register for it again now."""
    gates = [gate for gate in event.gates if gate.mode == mode]
    return any(mode_state(event, gate, now=now) == ModeState.OPEN for gate in gates)


def statuses_for_next(free: int | None, size: int, pair_rule: PairRule) -> tuple[Status, ...]:
    """Decide where the next who ask together stand, the asker first.

    `free` is None without a limit; it counts what those who wait have left over.
    """
    if free is None:
        confirmed = size
    elif pair_rule == PairRule.TOGETHER and free < size:
        confirmed = 0
    else:
        confirmed = min(free, size)
    return (Status.CONFIRMED,) * confirmed + (Status.WAITLISTED,) * (size - confirmed)


def discreet_by_roles(roles: tuple[Role | str, ...]) -> bool:
    """Tell whether mail to someone speaks neutrally when she has not chosen.

    Only a clinician for whom the illness is nothing but work is written full titles.
    """
    return Role.CLINICIAN not in roles or not {Role.PATIENT, Role.CAREGIVER}.isdisjoint(roles)


def clock_of(registration: Registration) -> str:
    """Return the zone of her day: the event's when she comes to the place, else her own."""
    return registration.clocks[0]


def may_change(registration: Registration, *, now: datetime) -> bool:
    """Tell whether the mode can be changed or the place given up: until the day is over."""
    return (
        registration.status != Status.CANCELLED
        and kept_back(registration, Purpose.CHANGE, now=now) is None
        and registration.event.status != EventStatus.CANCELLED
        and now < days_of(registration.event)[1]
    )


def join_state(session: Session, event: Event, *, now: datetime) -> JoinState:
    """Tell whether a session that is streamed can be joined: until half an hour after its end."""
    opens_at, closes_at = join_span(session, event)
    if now >= closes_at:
        return JoinState.OVER
    if has_no_stream(session):
        return JoinState.NOWHERE
    return JoinState.OPEN if now >= opens_at else JoinState.TOO_EARLY


def join_span(session: Session, event: Event) -> tuple[datetime, datetime]:
    """Return from when to when a session that is streamed can be joined."""
    return session.starts_at - join_opens(event), session.ends_at + JOIN_STAYS


def may_join(registration: Registration, session: Session, *, now: datetime) -> bool:
    """Tell whether she can be led to a session's stream now."""
    return (
        registration.status == Status.CONFIRMED
        and registration.event.status == EventStatus.PUBLISHED
        and session.status == SessionStatus.SCHEDULED
        and session.is_streamed
        and join_state(session, registration.event, now=now) == JoinState.OPEN
    )


def waiting_fingerprint(registration: Registration) -> str:
    """Return what is another one once she has said otherwise how she waits."""
    how = (registration.short_notice, registration.auto_take_until)
    return fingerprint(registration.waits_for, *how)
