"""Who gets in at a gate that is ours: the new are seated, the known are told again."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import db
from forum.events.models import Event, Gate
from forum.i18n import _
from forum.registration import places, queries, rules, session_places
from forum.registration.asked import Overrides, Request
from forum.registration.models import (
    Registration,
    Source,
    Status,
    name_key,
)
from forum.registration.outcomes import Outcome
from forum.registration.refusals import CompanionIsAsker
from forum.registration.telling import tell, this_hour


def drafts(request: Request, *, now: datetime, by: Organizer | None) -> list[Registration]:
    """Return the asker's registration, then her companion's, sealed but not yet kept.

    Raises CompanionIsAsker when both are the same person.
    """
    email = request.email.strip().lower() if request.email else None
    common = {
        "mode": request.mode,
        "language": request.language,
        "timezone": request.timezone,
        "source": Source.ORGANIZER if by else Source.SELF,
        "form_key": request.form_key,
        "registered_at": now,
        "updated_at": now,
    }
    asker = Registration(
        **common,
        name=request.name,
        name_key=name_key(request.name),
        email=email,
        roles=tuple(request.roles),
        is_discreet=(
            rules.discreet_unless_clinician(request.roles)
            if request.is_discreet is None
            else request.is_discreet
        ),
        quiet_days=request.quiet_days,
        wants_certificate=request.wants_certificate,
        is_first_time=request.is_first_time,
    )
    for answer in ("phone", "needs", "food", "question", "note"):
        setattr(asker, answer, getattr(request, answer))
    if request.companion is None:
        return [asker]
    own = request.companion.email
    companion = Registration(
        **common,
        name=request.companion.name,
        name_key=name_key(request.companion.name),
        email=own.strip().lower() if own else email,
    )
    if (companion.name_key, companion.email) == (asker.name_key, asker.email):
        raise CompanionIsAsker(
            _("This is your own name. Enter the name of the person who comes with you."),
            field="companion_name",
        )
    asker.pair_rule = companion.pair_rule = request.pair_rule
    return [asker, companion]


def admit(  # noqa: PLR0913 - the parts of one decision, by name
    event: Event,
    gate: Gate,
    party: Sequence[Registration],
    request: Request,
    overrides: Overrides,
    *,
    now: datetime,
    by: Organizer | None,
) -> Outcome:
    """Seat those of a party who are new, and tell each how it stands."""
    if request.sessions:
        session_places.check(event.id, request.mode, request.sessions)
    earlier = [_earlier(event, draft) for draft in party]
    new = [draft for draft, known in zip(party, earlier, strict=True) if not _lives(known)]
    if gate.left:
        places.promote(gate, now=now)
    if overrides.capacity:
        _make_room(gate, len(new), now=now, by=by)
    free, rule = gate.left, request.pair_rule
    as_if_new = rules.statuses_for_next(free, len(party), rule)
    given = rules.statuses_for_next(free, len(new), rule)
    outcomes = []
    for draft, known, status in zip(party, earlier, as_if_new, strict=True):
        draft.event_id = event.id
        if _lives(known):
            outcomes.append(_again(known[0], draft, status))
            _tell_status(known[0], now)
            _reunite(known[0], new)
            continue
        draft.uid = _fresh_uid(event) if known else event.uid
        draft.companion_of = None if draft is new[0] else new[0]
        _seat(gate, draft, given[new.index(draft)], overrides, now=now, by=by)
        outcomes.append(_outcome(draft))
    if party[0] in new and request.sessions:
        session_places.choose(party[0], request.sessions, now=now)
    mine, *others = outcomes
    return replace(
        mine,
        companion=others[0] if others else None,
        sessions_waiting=_sessions_waiting(mine, request.sessions),
    )


def _earlier(event: Event, draft: Registration) -> Sequence[Registration]:
    """Return this person's registrations for the event so far, the living one first."""
    if draft.email:
        return queries.same_person(event.id, draft.email, draft.name_key)
    known = queries.by_form(event.id, draft.form_key) if draft.form_key else None
    return [known] if known and known.name_key == draft.name_key else []


def _reunite(known: Registration, new: Sequence[Registration]) -> None:
    """Link someone to the person he came with, when she canceled and has come back."""
    former = known.companion_of
    if new and former is not None and former.status == Status.CANCELLED:
        back = new[0]
        if (former.name_key, former.email) == (back.name_key, back.email):
            known.companion_of = back


def _lives(known: Sequence[Registration]) -> bool:
    return bool(known) and known[0].status != Status.CANCELLED


def _make_room(gate: Gate, size: int, *, now: datetime, by: Organizer | None) -> None:
    """Let the room count as many places more as an organizer needs; no one is passed over."""
    free = gate.left
    if gate.capacity is None or free is None or free >= size:
        return
    was = gate.capacity
    gate.capacity += size - free
    facts = {"mode": gate.mode, "from": was, "to": gate.capacity}
    record(Action.CAPACITY_CHANGED, gate, facts, organizer=by, now=now)


def _seat(  # noqa: PLR0913 - the parts of one decision, by name
    gate: Gate,
    draft: Registration,
    status: Status,
    overrides: Overrides,
    *,
    now: datetime,
    by: Organizer | None,
) -> None:
    places.seat(gate, draft, status)
    db.session.add(draft)
    action = Action.REGISTERED_BY_PHONE if by else Action.REGISTERED
    facts = {"mode": gate.mode, "status": status, "overrides": overrides.in_words()}
    record(action, draft, facts, organizer=by, now=now)
    _tell_status(draft, now)


def _again(living: Registration, draft: Registration, status_if_new: Status) -> Outcome:
    """Return how the known one stands, but only to whoever holds the form she came with."""
    if draft.form_key is not None and draft.form_key == living.form_key:
        return _outcome(living)
    is_in = status_if_new == Status.CONFIRMED
    waiting = None if is_in else queries.number_waiting(draft.event_id, draft.mode) + 1
    return Outcome(draft.mode, status_if_new, None, waiting)


def _sessions_waiting(outcome: Outcome, chosen: Collection[int]) -> int:
    """Return in how many sessions she waits, or a stranger would if he were new."""
    if not chosen:
        return 0
    if outcome.registration is not None:
        return queries.sessions_waiting(outcome.registration)
    if outcome.status == Status.CONFIRMED:
        return session_places.number_full(chosen)
    return len(set(chosen))


def _tell_status(registration: Registration, now: datetime) -> None:
    is_in = registration.status == Status.CONFIRMED
    tell("confirmation" if is_in else "waitlist", registration, this_hour(now), now=now)


def _outcome(registration: Registration) -> Outcome:
    return Outcome(
        registration.mode,
        registration.status,
        registration,
        queries.line_number(registration),
    )


def _fresh_uid(event: Event) -> str:
    """Return a UID of the same house: a calendar ignores one that it was told to cancel."""
    return f"{uuid.uuid4()}@{event.uid.rpartition('@')[2]}"
