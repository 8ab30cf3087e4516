"""Registering, changing one's mind, and cancelling. Each locks, decides, changes, and tells.

Every action runs inside its caller's `transaction()`, takes `now` (aware), and raises a Refusal
before it has changed anything that would be kept.
"""

import hashlib
import hmac
from contextlib import nullcontext
from datetime import datetime, timedelta

from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from forum.accounts.models import Attempt, Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.config import current_settings
from forum.db import db, is_sqlite
from forum.events.models import Event, Gate, Mode
from forum.i18n import _
from forum.registration import admission, places, queries, refusals, rules, session_places
from forum.registration.asked import NONE, Overrides, Request
from forum.registration.models import Registration, Status
from forum.registration.outcomes import Outcome
from forum.registration.telling import tell, this_hour

LINKS_EVERY = timedelta(hours=1)
"""How often one address is sent its links."""


def register(
    event: Event,
    request: Request,
    *,
    now: datetime,
    by: Organizer | None = None,
    overrides: Overrides = NONE,
) -> Outcome:
    """Give the asker, and whoever comes along, a place or a number on the waitlist.

    The seat counts at once, and the email that says so is in the outbox. The same person again
    makes no second registration: the first stands, and its email goes again, at most hourly.
    `overrides` are limits that the organizer `by` sets aside. Raises the refusals of
    `registration.refusals`.
    """
    party = admission.drafts(request, now=now, by=by)  # sealed before the lock
    event_id = _id(event)
    gate = places.take(event_id, request.mode).get(request.mode)
    if gate is None:
        raise refusals.mode_not_offered()
    event = queries.event_now(event_id)
    refusals.check_open(event, gate, overrides, now=now)
    with places.words_watched([gate]):
        try:
            with nullcontext() if is_sqlite() else db.session.begin_nested():
                return admission.admit(event, gate, party, request, overrides, now=now, by=by)
        except IntegrityError:  # only PostgreSQL: she came through another mode's gate just before
            return admission.admit(event, gate, party, request, overrides, now=now, by=by)


def change_mode(
    registration: Registration, mode: Mode, *, now: datetime, by: Organizer | None = None
) -> None:
    """Attend another way, until the end of the event's day. The place left goes to the line.

    Nothing happens if she attends that way already. Raises ModeFull, ModeNotOffered,
    TooLateToChange or ChangedMeanwhile; her old place stays hers then.
    """
    gates = places.take(registration.event_id, registration.mode, mode)
    db.session.refresh(registration)
    if registration.mode == mode:
        return
    _check_changeable(registration, gates, now=now)
    if mode not in gates:
        raise refusals.mode_not_offered()
    old, new = gates[registration.mode], gates[mode]
    with places.words_watched([old, new]):
        if new.left:
            places.promote(new, now=now)
        if new.left == 0:
            raise refusals.ModeFull(
                _("All places are taken there. Your registration stays as it is."), field="mode"
            )
        places.release(old, registration)
        places.seat(new, registration, Status.CONFIRMED)
        _touch(registration, now=now)
        if mode != Mode.IN_PERSON:
            session_places.give_up_all(registration, now=now)
        facts = {"from": old.mode, "to": mode}
        record(Action.MODE_CHANGED, registration, facts, organizer=by, now=now)
        tell("mode_changed", registration, str(registration.sequence), now=now)
        places.promote(old, now=now)


def cancel(registration: Registration, *, now: datetime, by: Organizer | None = None) -> None:
    """Give up a place or a wait; the place goes to the first in line.

    Nothing happens to what is cancelled already. Raises TooLateToChange or ChangedMeanwhile.
    """
    gates = places.take(registration.event_id, registration.mode)
    db.session.refresh(registration)
    if registration.status == Status.CANCELLED:
        return
    _check_changeable(registration, gates, now=now)
    gate = gates[registration.mode]
    with places.words_watched([gate]):
        places.release(gate, registration)
        registration.status = Status.CANCELLED
        registration.waits_for = registration.wait_no = None
        registration.cancelled_at = now
        _touch(registration, now=now)
        session_places.give_up_all(registration, now=now)
        record(Action.CANCELLED, registration, {"mode": gate.mode}, organizer=by, now=now)
        tell("cancellation", registration, str(registration.sequence), now=now)
        places.promote(gate, now=now)


def choose_sessions(
    registration: Registration, sessions: tuple[int, ...], *, now: datetime
) -> None:
    """Make these her sessions with limited places, and give up her others.

    A full one puts her on that session's waitlist. Two at the same time are allowed. Raises
    SessionNotOffered, SessionsNeedRoom, TooLateToChange or ChangedMeanwhile.
    """
    gates = places.take(registration.event_id, registration.mode)
    db.session.refresh(registration)
    _check_changeable(registration, gates, now=now)
    session_places.choose(registration, sessions, now=now)


def set_capacity(
    gate: Gate, capacity: int | None, *, now: datetime, by: Organizer | None = None
) -> list[Registration]:
    """Change how many places a mode has; new places go to the line. None lifts the limit.

    Returns who got a place. Raises CapacityBelowTaken. Call it before other changes of the
    event in the same transaction: gates are locked first.
    """
    places.take(gate.event_id, gate.mode)
    if capacity is not None and capacity < gate.taken:
        raise refusals.CapacityBelowTaken(
            _(
                "%(taken)s places are taken already. Choose that number or a higher one.",
                taken=gate.taken,
            ),
            field="capacity",
        )
    if capacity == gate.capacity:
        return []
    with places.words_watched([gate]):
        was, gate.capacity = gate.capacity, capacity
        record(
            Action.CAPACITY_CHANGED,
            gate,
            {"mode": gate.mode, "from": was, "to": capacity},
            organizer=by,
            now=now,
        )
        return places.promote(gate, now=now)


def send_link(email: str, *, now: datetime) -> None:
    """Mail an address the links to all its registrations that live, at most hourly.

    Says nothing about whether there are any, and does nearly the same work either way.
    """
    subject = hmac.new(
        current_settings().secret_keys[0].encode(), f"link:{email}".encode(), hashlib.sha256
    ).hexdigest()
    asked_lately = db.session.scalar(
        select(Attempt.id)
        .where(
            Attempt.purpose == "link", Attempt.subject == subject, Attempt.at > now - LINKS_EVERY
        )
        .limit(1)
    )
    registrations = queries.living(email)
    if asked_lately is not None:
        return
    db.session.add(Attempt(purpose="link", subject=subject, at=now))
    for registration in registrations:
        tell("my_link", registration, this_hour(now), now=now)


def set_reminders(registration: Registration, *, wants: bool, now: datetime) -> None:
    """Send reminders, from the next one on, or send none; the place stays either way."""
    registration.wants_reminders = wants
    registration.updated_at = now


def _id(event: Event) -> int:
    """Return an event's id without reading it from the database: nothing precedes the lock."""
    identity = inspect(event).identity
    assert identity is not None  # noqa: S101 - it is kept
    return int(identity[0])


def _check_changeable(
    registration: Registration, gates: dict[Mode, Gate], *, now: datetime
) -> None:
    """Raise ChangedMeanwhile or TooLateToChange, whichever holds."""
    if registration.mode not in gates:
        raise refusals.ChangedMeanwhile(
            _("This registration was changed at the same moment. Please look at it again.")
        )
    if not rules.may_change(registration, now=now):
        raise refusals.TooLateToChange(_("This registration can no longer be changed."))


def _touch(registration: Registration, *, now: datetime) -> None:
    """Raise what tells calendars (RFC 5546 2.1.4) and editors that it changed."""
    registration.sequence += 1
    registration.version += 1
    registration.updated_at = now
