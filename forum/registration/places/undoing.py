"""Giving somebody her place back that was canceled by slip, as long as it is free."""

from datetime import datetime
from enum import Enum, auto

from sqlalchemy import exists, select

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action, AuditEntry
from forum.care.rules import ASKED, Purpose, kept_back
from forum.db import Facts, db, read_again
from forum.emails.queries import was_invited
from forum.errors import Refusal
from forum.events.models import EventStatus, Gate, Mode
from forum.events.rules import days_of
from forum.i18n import _
from forum.outbox.queries import may_have_left
from forum.registration.models import Registration, Status, new_uid
from forum.registration.places import offers, session_places
from forum.registration.places.gates import (
    give_place,
    lock_all_gates,
    touch,
    wait_as_before,
    words_watched,
)
from forum.registration.telling import tell_standing


class Return(Enum):
    """Whether a place that was canceled can be had back."""

    NEVER = auto()
    """Nothing was canceled, the event is over or off, or nothing may reach her."""
    ELSEWHERE = auto()
    """Somebody of her name is registered, most likely she herself."""
    FREE = auto()
    FULL = auto()
    """Somebody else has it, or she only waited: she would have to register again."""


class NotFree(Refusal):
    """The place is no longer there to be given back."""


def way_back(registration: Registration, *, now: datetime) -> Return:
    """Tell whether her place can be given back now. Changes nothing and needs no lock."""
    event = registration.event
    is_over = now >= days_of(event)[1] or event.status != EventStatus.PUBLISHED
    is_kept_back = kept_back(registration, Purpose.CHANGE, now=now) is not None
    if registration.status != Status.CANCELLED or is_over or is_kept_back:
        return Return.NEVER
    if _lives_elsewhere(registration):
        return Return.ELSEWHERE
    gates = {gate.mode: gate for gate in event.gates}
    return Return.FREE if _gate(as_canceled(registration), gates) else Return.FULL


def give_back(registration: Registration, *, now: datetime, by: Organizer) -> None:
    """Give her back the place that was canceled, and her sessions, and tell her that she has it.

    Whoever waited for another way, or for a session, has her old number, and waits as she had
    said; in a session that is full by now she is the first to wait. She is told in a pause, too:
    the cancellation reached her there. Where her calendar may have been told to remove its entry,
    another takes its place. Nothing happens to someone who has a place or a number.
    Raises NotFree.
    `care.actions.give_place_back` renews the hold that canceling has ended.
    """
    gates = lock_all_gates(registration.event_id)
    read_again(registration)
    if registration.status != Status.CANCELLED:
        return
    was = as_canceled(registration)
    gate = _gate(was, gates)
    if gate is None or way_back(registration, now=now) != Return.FREE:
        raise NotFree(_("This place can no longer be given back. Look again."))
    with words_watched(gates.values()):
        give_place(gate, registration)
        if _is_withdrawn(registration):
            registration.uid = new_uid(registration.event.uid)
        registration.cancelled_at = None
        line = gates.get(Mode(was["waits_for"])) if was.get("waits_for") else None
        if line is not None:
            wait_as_before(registration, was)
        session_places.put_back(registration, was.get("sessions", ()), gates, now=now)
        if line is not None:
            offers.move_line(line, now=now)
    touch(registration, now=now, in_calendar=True)
    record(Action.GIVEN_BACK, registration, {"mode": gate.mode}, organizer=by, now=now)
    once, facts = f"back:{registration.sequence}", {ASKED: True}
    tell_standing("confirmation", registration, once, now=now, by=by, facts=facts)


def as_canceled(registration: Registration) -> Facts:
    """Return how she stood when she was canceled last. Changes nothing and needs no lock."""
    found = db.session.scalar(
        select(AuditEntry.facts)
        .where(
            AuditEntry.subject_kind == Registration.__tablename__,
            AuditEntry.subject_id == registration.id,
            AuditEntry.action == Action.CANCELLED,
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return found or {}


def _is_withdrawn(registration: Registration) -> bool:
    """Tell whether her calendar has been told to remove its entry since she canceled, or may have.

    A calendar shows an invitation to a removed UID as canceled. One that was told nothing, or has
    no invitation of ours, keeps its entry, which the same UID puts right.
    """
    since = registration.cancelled_at
    if since is None or not was_invited(registration):
        return False
    return may_have_left("cancellation", registration, since=since)


def _gate(was: Facts, gates: dict[Mode, Gate]) -> Gate | None:
    """Return the gate through which she comes back, if she had a place there and it is free."""
    gate = gates.get(Mode(was["mode"])) if was.get("had") == Status.CONFIRMED else None
    return None if gate is None or (gate.left is not None and gate.left < 1) else gate


def _lives_elsewhere(registration: Registration) -> bool:
    """Tell whether a registration of her name lives at this event, with whatever address."""
    same = select(Registration.id).where(
        Registration.event_id == registration.event_id,
        Registration.status != Status.CANCELLED,
        Registration.is_named(registration.person_key),
    )
    return db.session.scalar(select(exists(same))) or False
