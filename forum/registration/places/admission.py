"""Who gets in: the new are given a place or a number, the known are told again."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care.models import TaskKind
from forum.care.queries import is_remembered
from forum.db import db
from forum.events.models import Event, Gate, Mode
from forum.i18n import _
from forum.registration import queries, rules
from forum.registration.models import (
    CareState,
    PairRule,
    Registration,
    Source,
    Status,
    name_key,
)
from forum.registration.outcomes import Outcome
from forum.registration.places import session_places
from forum.registration.places.gates import give_place, line_up, make_room
from forum.registration.refusals import CompanionIsAsker
from forum.registration.requests import Companion, Details, Overrides, Request
from forum.registration.telling import ask, tell, this_hour


def drafts(request: Request, *, now: datetime, by: Organizer | None) -> list[Registration]:
    """Return the asker's registration, then her companion's, sealed but not yet kept.

    Raises CompanionIsAsker when both are the same person.
    """
    email = request.email.strip().lower() if request.email else None
    asker = Registration(
        mode=request.mode,
        source=Source.ORGANIZER if by else Source.SELF,
        form_key=request.form_key,
        registered_at=now,
        updated_at=now,
        name_key=name_key(request.name),
        email=email,
    )
    for detail in fields(Details):
        setattr(asker, detail.name, getattr(request, detail.name))
    if request.is_discreet is None:
        asker.is_discreet = rules.discreet_unless_clinician(request.roles)
    if request.companion is None:
        return [asker]
    asker.pair_rule = request.pair_rule
    companion = companion_draft(asker, request.companion, now=now, by=by)
    companion.form_key = request.form_key
    return [asker, companion]


def companion_draft(
    asker: Registration, companion: Companion, *, now: datetime, by: Organizer | None
) -> Registration:
    """Return the registration of someone who comes with an asker, not yet kept.

    What the asker chose for both holds for him too. Raises CompanionIsAsker when both are the
    same person.
    """
    draft = Registration(
        name=companion.name,
        name_key=name_key(companion.name),
        email=companion.email.strip().lower() if companion.email else asker.email,
        mode=companion.mode or asker.mode,
        language=asker.language,
        timezone=asker.timezone,
        source=Source.ORGANIZER if by else Source.SELF,
        registered_at=now,
        updated_at=now,
        pair_rule=asker.pair_rule,
    )
    if (draft.name_key, draft.email) == (asker.name_key, asker.email):
        raise CompanionIsAsker(
            _("This is your own name. Enter the name of the person who comes with you."),
            field="companion_name",
        )
    return draft


def admit(  # noqa: PLR0913 - the parts of one decision, by name
    event: Event,
    gates: Mapping[Mode, Gate],
    party: Sequence[Registration],
    request: Request,
    overrides: Overrides,
    *,
    comes_with: Registration | None = None,
    now: datetime,
    by: Organizer | None,
) -> Outcome:
    """Seat those of a party who are new, and tell each how it stands.

    `comes_with` is someone registered before whom a party of one comes with.
    """
    if request.sessions:
        session_places.check(event.id, request.mode, request.sessions)
    earlier = [_earlier(event, draft) for draft in party]
    new = [draft for draft, known in zip(party, earlier, strict=True) if not _lives(known)]
    statuses = _statuses(gates, party, request.pair_rule)
    if overrides.capacity:
        for mode, gate in gates.items():
            size = sum(each.mode == mode for each in new)
            make_room(gate, size, now=now, by=by)
    given = _statuses(gates, new, request.pair_rule)
    to_strangers = _as_if_new(event, party, statuses)
    fresh = [each for each in party if each is party[0] or each in new]
    as_if_she_were_new = _as_if_new(event, fresh, _statuses(gates, fresh, request.pair_rule))
    outcomes = []
    for draft, known, as_if_new in zip(party, earlier, to_strangers, strict=True):
        draft.event_id = event.id
        if _lives(known):
            outcomes.append(_again(known[0], draft) or as_if_new)
            _tell_status(known[0], now=now, by=by)
            _reunite(known[0], new)
            continue
        draft.uid = _uid(event, draft, known)
        draft.companion_of = comes_with if draft is new[0] else new[0]
        gate = gates[draft.mode]
        _seat(gate, draft, given[new.index(draft)], overrides, now=now, by=by)
        outcomes.append(_outcome(draft))
    if party[0] in new and request.sessions:
        session_places.choose(party[0], request.sessions, now=now)
    if outcomes[0].registration is None:
        outcomes[: len(fresh)] = as_if_she_were_new
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


def _statuses(
    gates: Mapping[Mode, Gate], party: Sequence[Registration], rule: PairRule
) -> list[Status]:
    """Decide where each stands; two who attend differently do not wait for each other."""
    if len({each.mode for each in party}) > 1:
        return [rules.statuses_for_next(gates[each.mode].left, 1, rule)[0] for each in party]
    if not party:
        return []
    return list(rules.statuses_for_next(gates[party[0].mode].left, len(party), rule))


def _seat(  # noqa: PLR0913 - the parts of one decision, by name
    gate: Gate,
    draft: Registration,
    status: Status,
    overrides: Overrides,
    *,
    now: datetime,
    by: Organizer | None,
) -> None:
    draft.mode = gate.mode
    if status == Status.CONFIRMED:
        give_place(gate, draft)
    else:
        line_up(gate, draft)
    db.session.add(draft)
    action = Action.REGISTERED_BY_PHONE if by else Action.REGISTERED
    facts = {"mode": gate.mode, "status": status, "overrides": overrides.in_words()}
    record(action, draft, facts, organizer=by, now=now)
    if is_remembered(draft.name_key, draft.email):
        draft.care_state = CareState.HELD
        ask(TaskKind.CHECK_PERSON, draft, once=f"check person:{draft.public_id}", now=now)
    _tell_status(draft, now=now, by=by)


def _again(living: Registration, draft: Registration) -> Outcome | None:
    """Return how the known one stands, but only to whoever holds the form she came with."""
    is_hers = draft.form_key is not None and draft.form_key == living.form_key
    return _outcome(living) if is_hers else None


def _as_if_new(
    event: Event, party: Sequence[Registration], statuses: Sequence[Status]
) -> list[Outcome]:
    """Return what a party would be told if nobody knew any of it: all that a stranger learns."""
    waiting: Counter[Mode] = Counter()
    outcomes = []
    for draft, status in zip(party, statuses, strict=True):
        number = None
        if status == Status.WAITLISTED:
            waiting[draft.mode] += 1
            number = queries.number_waiting(event.id, draft.mode) + waiting[draft.mode]
        outcomes.append(Outcome(draft.mode, status, None, number))
    return outcomes


def _sessions_waiting(outcome: Outcome, chosen: Collection[int]) -> int:
    """Return in how many sessions she waits, or a stranger would if he were new."""
    if not chosen:
        return 0
    if outcome.registration is not None:
        return queries.sessions_waiting(outcome.registration)
    if outcome.status == Status.CONFIRMED:
        return session_places.number_full(chosen)
    return len(set(chosen))


def _tell_status(registration: Registration, *, now: datetime, by: Organizer | None) -> None:
    is_in = registration.status == Status.CONFIRMED
    tell("confirmation" if is_in else "waitlist", registration, this_hour(now), now=now, by=by)


def _outcome(registration: Registration) -> Outcome:
    return Outcome(
        registration.mode,
        registration.status,
        registration,
        queries.line_number(registration),
    )


def _uid(event: Event, draft: Registration, known: Sequence[Registration]) -> str:
    """Return the UID of her calendar entry: a fresh one where the mailbox had the event's before.

    Two people's entries in one calendar must not replace or cancel each other.
    """
    is_used = known or (draft.email and queries.mailbox_in_use(event.id, draft.email))
    return _fresh_uid(event) if is_used else event.uid


def _fresh_uid(event: Event) -> str:
    """Return a UID of the same domain: a calendar ignores one that it was told to cancel."""
    return f"{uuid.uuid4()}@{event.uid.rpartition('@')[2]}"
