"""Registering, changing one's mind, and cancelling. Each locks, decides, changes, and tells.

Every action runs inside its caller's `transaction()`, takes `now` (aware), and raises a Refusal
before it has changed anything that would be kept.
"""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from forum.accounts.models import Attempt, Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.audit.rules import differences
from forum.care.rules import ASKED, Purpose, kept_back
from forum.config import current_settings
from forum.db import db, is_sqlite, lock_row, read_again
from forum.errors import ChangedMeanwhile
from forum.events.locks import lock_mailboxes
from forum.events.models import Event, Gate, Mode
from forum.i18n import _
from forum.registration import queries, refusals
from forum.registration.company_queries import known_company
from forum.registration.models import Offer, PairRule, Registration, Status
from forum.registration.outcomes import Outcome
from forum.registration.places import admission, offers, session_places, session_queries, waiting
from forum.registration.places.gates import (
    clear_wait,
    line_up,
    lock_all_gates,
    lock_gates,
    move_in,
    touch,
    words_watched,
)
from forum.registration.requests import NONE, Companion, Overrides, Request
from forum.registration.telling import tell, tell_standing, this_hour

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

    The place counts at once, and the email that says so is in the outbox. The same person again
    makes no second registration: the first stands, and its email goes again, at most hourly. A
    form that was sent twice is answered twice, even if registration has closed in between.
    `overrides` are limits that the organizer `by` sets aside. Raises the refusals of
    `registration.refusals`.
    """
    party = admission.drafts(request, now=now, by=by)  # sealed before the lock
    lock_mailboxes(*(each.email for each in party))
    event_id = _id(event)
    gates = _gates_for(event_id, [each.mode for each in party], now=now)
    event = queries.event_now(event_id)
    for draft in party:
        try:
            _check_gate(event, gates, draft, overrides, now=now)
        except refusals.NOT_OPEN:
            if not admission.has_brought(event, draft):  # it was sent twice
                raise
    with words_watched(gates.values()):
        return _admitted(
            lambda: admission.admit(event, gates, party, request, overrides, now=now, by=by)
        )


def add_companion(  # noqa: PLR0913 - what is asked for, by name
    registration: Registration,
    companion: Companion,
    pair_rule: PairRule,
    *,
    now: datetime,
    by: Organizer | None = None,
    overrides: Overrides = NONE,
) -> Outcome:
    """Register someone who comes with a person that is registered: his own place, his own emails.

    Someone known already keeps his registration as it is, and the answer is as for someone new.
    Whoever waits and wants to come together with him waits where he stands. Raises HasCompanion
    when someone comes with her already whom she may know of; beside one who has not said yes yet
    he comes for himself. Raises CompanionIsAsker, TooLateToChange, and what `register` raises.
    """
    draft = admission.companion_draft(registration, companion, now=now, by=by)
    draft.pair_rule = pair_rule
    lock_mailboxes(draft.email)
    gates = _gates_for(registration.event_id, [draft.mode], now=now)
    lock_row(registration)  # another companion of hers may come through another gate
    refusals.check_changeable(registration, now=now)
    beside = queries.companions(registration)
    if beside if by else known_company(registration):
        raise refusals.HasCompanion(
            _("Someone is with you already. Another person can register on their own."),
            field="companion_name",
        )
    comes_with = None if beside else registration
    event = registration.event
    _check_gate(event, gates, draft, overrides, now=now)
    asked = Request(
        name=draft.name,
        email=draft.email,
        mode=draft.mode,
        timezone=draft.timezone,
        pair_rule=pair_rule,
    )
    with words_watched(gates.values()):
        outcome = _admitted(
            lambda: admission.admit(
                event, gates, [draft], asked, overrides, comes_with=comes_with, now=now, by=by
            )
        )
    registration.pair_rule = pair_rule
    if outcome.registration is not None:
        facts = {"companion": outcome.registration.id, "mode": draft.mode}
        record(Action.COMPANION_ADDED, registration, facts, organizer=by, now=now)
    return outcome


def change_mode(
    registration: Registration, mode: Mode, *, now: datetime, by: Organizer | None = None
) -> None:
    """Attend another way, until the end of the event's day. The place left goes to the line.

    Where all places are taken or offered to others, she has a number in that line and keeps what
    she has meanwhile; a number in another line goes. Someone who waits for the room and takes the
    webcast goes on waiting for the room. Nothing happens if she attends that way, or waits for it
    in vain, already. Raises ModeNotOffered or TooLateToChange.
    """
    gates = lock_all_gates(registration.event_id)
    read_again(registration)
    if registration.mode == mode and registration.status == Status.CONFIRMED:
        return
    refusals.check_changeable(registration, now=now)
    if mode not in gates:
        raise refusals.mode_not_offered()
    gate = gates[mode]
    with words_watched(gates.values()):
        offers.move_line(gate, now=now)
        offer = queries.open_offer(registration)
        if registration.mode == mode and registration.status == Status.CONFIRMED:
            return  # it was taken for her just now
        if offer is not None and offer.mode == mode:
            waiting.give_offered(gate, offer, now=now, by=by)
        elif gate.left == 0:
            _wait_for(gate, gates, registration, now=now, by=by)
        else:
            _move(gate, registration, now=now, by=by)


def cancel(registration: Registration, *, now: datetime, by: Organizer | None = None) -> None:
    """Give up a place or a wait, or both; the place is offered to the first in line.

    Nothing happens to what is cancelled already. Raises TooLateToChange, also for someone
    remembered, to whom no email goes out.
    """
    gates = lock_all_gates(registration.event_id)
    read_again(registration)
    is_gone = kept_back(registration, Purpose.CHANGE, now=now) is not None
    if registration.status == Status.CANCELLED and not is_gone:
        return
    refusals.check_changeable(registration, now=now)
    with words_watched(gates.values()):
        waiting.cancel(registration, now=now, by=by)


def choose_sessions(
    registration: Registration,
    sessions: tuple[int, ...],
    *,
    seen: str | None = None,
    now: datetime,
    by: Organizer | None = None,
) -> None:
    """Make these her sessions with limited places, and give up her others.

    A full one puts her on that session's waitlist. Two at the same time are allowed. `seen` is
    `session_queries.sessions_fingerprint` as the editor saw it, where two may edit. Raises
    SessionNotOffered, SessionsNeedRoom, TooLateToChange or ChangedMeanwhile.
    """
    lock_all_gates(registration.event_id)
    read_again(registration)
    if seen is not None and seen != session_queries.sessions_fingerprint(registration):
        raise ChangedMeanwhile
    refusals.check_changeable(registration, now=now)
    was = {number for number, *_ in session_places.standing(registration)}
    kept = session_places.beyond_choice(registration, now=now)
    session_places.choose(registration, {*sessions, *kept}, now=now)
    chosen = sorted(set(sessions))
    change = differences({"sessions": sorted(was - kept)}, {"sessions": chosen})
    facts = {"sessions": chosen, **change}
    record(Action.SESSIONS_CHOSEN, registration, facts, organizer=by, now=now)


def set_capacity(
    gate: Gate, capacity: int | None, *, now: datetime, by: Organizer | None = None
) -> list[Offer]:
    """Change how many places a mode has; new places are offered to the line. None lifts the limit.

    Returns the offers; those that were taken at once are accepted already. Raises
    CapacityBelowTaken. Call it before other changes of the event in the same transaction: gates
    are locked first.
    """
    mode = gate.mode
    gates = lock_all_gates(gate.event_id)
    if mode not in gates:  # the whole event has just gone online
        raise refusals.mode_not_offered()
    if capacity is not None and capacity < gate.taken + gate.held:
        raise refusals.capacity_below(gate)
    if capacity == gate.capacity:
        return []
    with words_watched(gates.values()):
        was, gate.capacity = gate.capacity, capacity
        record(
            Action.CAPACITY_CHANGED,
            gate,
            {"event": gate.event_id, "mode": gate.mode, "from": was, "to": capacity},
            organizer=by,
            now=now,
        )
        return offers.move_line(gate, now=now)


def send_link(email: str, *, now: datetime) -> None:
    """Mail an address the links to all its registrations that live, each at most hourly.

    Says nothing about whether there are any. Only a link that is sent counts: who asks in vain,
    and registers then, has it at once.
    """
    subjects = {_link_subject(each, email): each for each in queries.living(email)}
    lately = select(Attempt.subject).where(
        Attempt.purpose == "link", Attempt.subject.in_(subjects), Attempt.at > now - LINKS_EVERY
    )
    sent = set(db.session.scalars(lately))
    for subject, registration in subjects.items():
        if subject not in sent:
            db.session.add(Attempt(purpose="link", subject=subject, at=now))
            tell("my_link", registration, this_hour(now), now=now)


def set_reminders(
    registration: Registration, *, wants: bool, now: datetime, by: Organizer | None = None
) -> None:
    """Send reminders, from the next one on, or send none; the place stays either way.

    `by` is the organizer who was told so. Raises TooLateToChange for someone remembered, to whom
    none are sent again.
    """
    if kept_back(registration, Purpose.CHANGE, now=now) is not None:
        if wants:
            refusals.check_changeable(registration, now=now)
        return
    if by is not None and wants != registration.wants_reminders:
        was, becomes = ({"wants_reminders": each} for each in (not wants, wants))
        change = {"changed": ["wants_reminders"], **differences(was, becomes)}
        record(Action.ANSWERS_CHANGED, registration, change, organizer=by, now=now)
    registration.wants_reminders = wants
    registration.updated_at = now


def _link_subject(registration: Registration, email: str) -> str:
    """Return the code under which it is counted that a link has gone to an address."""
    key = current_settings().secret_keys[0].encode()
    return hmac.new(key, f"link:{email}:{registration.public_id}".encode(), "sha256").hexdigest()


def _admitted(admit: Callable[[], Outcome]) -> Outcome:
    """Let a party in; once more where one of it came through another mode's gate just before.

    Only PostgreSQL lets that happen: the unique index notices, and the second look finds him.
    """
    if is_sqlite():
        return admit()
    try:
        with db.session.begin_nested():
            return admit()
    except IntegrityError:
        return admit()


def _gates_for(event_id: int, modes: list[Mode], *, now: datetime) -> dict[Mode, Gate]:
    """Lock what new people come through; all gates, and the lines moved, if those before may move.

    A line that starts to move just after the look was moved by whoever made it.
    """
    if not queries.may_move(event_id, modes, now=now):
        return lock_gates(event_id, *set(modes))
    gates = lock_all_gates(event_id)
    with words_watched(gates.values()):
        for mode in gates.keys() & set(modes):
            offers.move_line(gates[mode], now=now)
    return gates


def _check_gate(
    event: Event,
    gates: dict[Mode, Gate],
    draft: Registration,
    overrides: Overrides,
    *,
    now: datetime,
) -> None:
    """Raise the refusal that fits if this mode does not exist or takes no one now."""
    if draft.mode not in gates:
        raise refusals.mode_not_offered()
    refusals.check_open(event, gates[draft.mode], overrides, now=now)


def _id(event: Event) -> int:
    """Return an event's id without reading it from the database: nothing precedes the lock."""
    identity = inspect(event).identity
    assert identity is not None  # noqa: S101 - it is kept
    return int(identity[0])


def _move(gate: Gate, registration: Registration, *, now: datetime, by: Organizer | None) -> None:
    """Give someone a place where one is free and offered to nobody."""
    was = registration.mode if registration.status == Status.CONFIRMED else None
    sessions = session_places.standing(registration)
    freed = move_in(gate, registration, now=now)
    if was is None:  # in no calendar so far, but her page and her badge say another thing now
        registration.sequence += 1
    record(Action.MODE_CHANGED, registration, {"from": was, "to": gate.mode}, organizer=by, now=now)
    facts = session_places.given_up(registration, sessions)
    if was is None:
        facts["had_no_place"] = True
    occasion = str(registration.sequence)
    tell_standing("mode_changed", registration, occasion, facts=facts, now=now, by=by)
    if freed is not None:
        offers.move_line(freed, now=now)


def _wait_for(
    gate: Gate,
    gates: dict[Mode, Gate],
    registration: Registration,
    *,
    now: datetime,
    by: Organizer | None,
) -> None:
    """Give someone a number in a line, unless she has one there; a number elsewhere goes."""
    if registration.waits_for == gate.mode:
        return
    old = gates.get(registration.waits_for) if registration.waits_for else None
    sessions = session_places.standing(registration)
    if old is not None:
        offers.withdraw_from(old, registration, now=now)
        clear_wait(registration)
    line_up(gate, registration)
    if Mode.IN_PERSON not in {registration.mode, registration.waits_for}:
        session_places.give_up_all(registration, now=now)
    touch(registration, now=now, in_calendar=False)
    facts = {"from": old and old.mode, "to": gate.mode}
    record(Action.WAITING_CHANGED, registration, facts, organizer=by, now=now)
    occasion = f"change {registration.version}"
    said = {ASKED: True, **session_places.given_up(registration, sessions)}
    tell_standing("waitlist", registration, occasion, now=now, by=by, facts=said)
    if old is not None:
        offers.move_line(old, now=now)
