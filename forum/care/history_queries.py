"""What was written down of care states. Nothing here changes anything."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select

from forum.audit.models import Action, AuditEntry
from forum.care import queries, rules
from forum.care.call_rules import NOTICE, OFFER_LAPSED, SESSION_PLACE
from forum.care.queries import LIVELY
from forum.care.rules import (
    END,
    GOODBYE,
    NOTE,
    THROUGH,
    Pause,
    Pauses,
    Purpose,
    first_word,
    is_pause_over,
    kept_back,
    pauses_of,
    state_at,
)
from forum.db import Facts, db
from forum.events.models import EventStatus
from forum.notices.models import Notice
from forum.outbox.models import Message, MessageState
from forum.outbox.queries import WAITING, has_reached, is_lost, is_untold
from forum.registration.models import CareState, Registration

NEWS = (NOTICE, SESSION_PLACE, NOTE, END)
"""Emails that tell of changes, or of what has become hers: nothing else says it again."""
NO_NEWS = (NOTE, "reminder")
"""Emails that did not go, and of which nobody has to hear later."""


def last_change(registration: Registration, to: CareState) -> Facts:
    """Return what was written down when someone last came into a care state, from another."""
    return dict(rules.last_into(_changes(registration), to))


def left_at(registration: Registration, at: datetime | None) -> CareState | None:
    """Return the care state that someone left at an instant, by whatever was done then."""
    left = select(AuditEntry.facts).where(
        AuditEntry.subject_kind == Registration.__tablename__,
        AuditEntry.subject_id == registration.id,
        AuditEntry.action == Action.CARE_CHANGED,
        AuditEntry.at == at,
    )
    facts = db.session.scalar(left.order_by(AuditEntry.id.desc()).limit(1))
    return CareState(facts["from"]) if facts and "from" in facts else None


def beneath(registration: Registration) -> CareState:
    """Return the care state of her own that lies beneath a hold or a death: what she has back.

    Active where nothing is written down.
    """
    return rules.beneath(_changes(registration))


def pauses(registration: Registration) -> Pauses:
    """Return by whose word she is paused, or would be without the hold that lies over it.

    Those that are over are among them.
    """
    is_held = registration.care_state == CareState.HELD
    state = beneath(registration) if is_held else registration.care_state
    if state != CareState.PAUSED:
        return Pauses()
    return pauses_of(registration.care_until, last_change(registration, CareState.PAUSED))


def is_paused(registration: Registration, *, now: datetime) -> bool:
    """Tell whether she is paused, or would be without the hold that lies over it."""
    is_held = registration.care_state == CareState.HELD
    state = beneath(registration) if is_held else registration.care_state
    until, zone = registration.care_until, registration.timezone
    return state == CareState.PAUSED and not is_pause_over(until, zone=zone, now=now)


def remembered_with(registration: Registration, at: datetime) -> Facts:
    """Return what was written down of how she stood, if she was remembered at an instant."""
    facts = db.session.scalars(
        select(AuditEntry.facts)
        .where(
            AuditEntry.subject_kind == Registration.__tablename__,
            AuditEntry.subject_id == registration.id,
            AuditEntry.action == Action.CARE_CHANGED,
            AuditEntry.at <= at,
        )
        .order_by(AuditEntry.id.desc())
    ).first()
    return facts if facts and facts.get("to") == CareState.REMEMBERED else {}


def is_through_companion(registration: Registration) -> bool:
    """Tell whether someone is paused because a companion asked for it."""
    return THROUGH in last_change(registration, CareState.PAUSED)


def is_paused_so(registration: Registration, until: date | None, *, by_herself: bool) -> bool:
    """Tell whether someone is paused until this very day: by her own word, or by anybody's."""
    if registration.care_state not in LIVELY:  # a pause does not touch it
        return True
    if (registration.care_state, registration.care_until) != (CareState.PAUSED, until):
        return False
    return not (by_herself and is_through_companion(registration))


def own_pause(registration: Registration, *, now: datetime) -> Pause | None:
    """Return the pause of her own word, also one that a companion's longer one lies over."""
    if state_at(registration, now=now) != CareState.PAUSED:
        return None
    own = pauses(registration).own
    if own is None or is_pause_over(own.until, zone=registration.timezone, now=now):
        return None
    return own


def was_quiet_since(registration: Registration, since: datetime, *, now: datetime) -> bool:
    """Tell whether something has kept our emails from a person at any time since an instant."""
    if kept_back(registration, Purpose.AUTOMATIC, now=now) is not None:
        return True
    changed = select(AuditEntry.id).where(
        AuditEntry.subject_kind == Registration.__tablename__,
        AuditEntry.subject_id == registration.id,
        AuditEntry.action == Action.CARE_CHANGED,
        AuditEntry.at >= since,
    )
    return db.session.scalar(select(changed.exists())) or False


def may_have_missed(registration: Registration) -> bool:
    """Tell whether something may have been kept from a person that a note would bring.

    A notice that no email told her, or an email that did not reach her, other than a reminder.
    Whether it is still news is decided when the note is sent.
    """
    if registration.event.status == EventStatus.CANCELLED:
        return True
    hers = Message.registration_id == registration.id
    is_sent = and_(Message.state == MessageState.SENT, has_reached())
    told_at = select(func.max(Message.sent_at)).where(
        hers, is_sent, Message.email.in_((NOTICE, NOTE))
    )
    since = db.session.scalar(told_at) or registration.registered_at
    untold = select(Notice.id).where(
        Notice.event_id == registration.event_id, Notice.sent_at >= since
    )
    last = select(func.max(Message.id)).where(hers, is_sent, Message.has_invitation.is_(True))
    unsent = select(Message.id).where(
        hers,
        is_untold(),
        ~Message.email.in_(NO_NEWS),
        or_(
            Message.id > func.coalesce(last.scalar_subquery(), 0),
            Message.email == SESSION_PLACE,  # no entry tells it
        ),
    )
    return db.session.scalar(select(or_(untold.exists(), unsent.exists()))) or False


def to_tell_back(registration: Registration, *, is_reached: bool, now: datetime) -> list[str]:
    """Return the emails that bring up to date whom a hold kept ours from, or the calls about them.

    Asked once it is over: what was never said is said first. Of an event that is off, only that
    is said; whoever no email reaches is called about it once. A pause from before that has ended
    meanwhile had its note in the hold: it is over now. One that goes on keeps back the rest.
    """
    found = [GOODBYE] if queries.waits_for_goodbye(registration, now=now) else []
    if not queries.has_place(registration, now=now):
        return found
    is_off = registration.event.status == EventStatus.CANCELLED
    if not is_off and not queries.was_welcomed(registration):
        found.append(first_word(registration.status))
    elif state_at(registration, now=now) != CareState.ACTIVE:
        return found
    elif is_off and not is_reached:
        found.append(END)
    elif may_have_missed(registration):
        found.append(NOTE)
    return found


def has_lost(registration: Registration, emails: Collection[str] = NEWS) -> bool:
    """Tell whether one of these emails could not reach her, or has not; since a note, if one did.

    Whether it is still news is decided when a note is sent.
    """
    hers = Message.registration_id == registration.id
    is_sent = and_(Message.state == MessageState.SENT, has_reached())
    note = select(func.max(Message.id)).where(hers, is_sent, Message.email == NOTE)
    lost = select(Message.id).where(
        hers,
        is_lost(),
        Message.email.in_(emails),
        Message.id > func.coalesce(note.scalar_subquery(), 0),
    )
    return db.session.scalar(select(lost.exists())) or False


def to_make_up(
    registration: Registration, emails: Collection[str], *, says_how: bool, now: datetime
) -> list[tuple[str, Facts]]:
    """Return the emails that bring what did not reach her, with their facts: she is reached again.

    Whoever has canceled is told so, unless another registration of hers lives. What was never said
    is said first (`says_how`: nobody else does), and a note brings what was lost of `emails`.
    """
    goodbye = queries.untold_goodbye(registration, now=now)
    is_here = [Registration.event_id == registration.event_id]
    if goodbye is not None and not queries.elsewhere(registration, *is_here):
        return [(GOODBYE, goodbye.facts)]
    if not queries.has_place(registration, now=now):
        return []
    found = _lapsed(registration)
    is_on = registration.event.status != EventStatus.CANCELLED
    first = first_word(registration.status)
    is_missing = not queries.was_welcomed(registration) and not _is_on_its_way(first, registration)
    if says_how and is_on and is_missing:
        return [(first, {}), *found]
    if has_lost(registration, emails):
        found.append((NOTE, {}))
    return found


def _is_on_its_way(email: str, registration: Registration) -> bool:
    waiting = select(Message.id).where(
        Message.registration_id == registration.id,
        Message.email == email,
        Message.state.in_(WAITING),
    )
    return db.session.scalar(select(waiting.exists())) or False


def _lapsed(registration: Registration) -> list[tuple[str, Facts]]:
    """Return the email that her turn has passed, if she is offered nothing since without it."""
    if registration.waits_for is None or registration.wants_offers:
        return []
    hers = Message.registration_id == registration.id
    last = select(Message.facts, is_untold()).where(hers, Message.email == OFFER_LAPSED)
    row = db.session.execute(last.order_by(Message.id.desc()).limit(1)).first()
    return [(OFFER_LAPSED, row[0])] if row is not None and row[1] else []


def _changes(registration: Registration) -> Sequence[Facts]:
    """Return what was written down of someone's care states, the newest first."""
    return db.session.scalars(
        select(AuditEntry.facts)
        .where(
            AuditEntry.subject_kind == Registration.__tablename__,
            AuditEntry.subject_id == registration.id,
            AuditEntry.action == Action.CARE_CHANGED,
        )
        .order_by(AuditEntry.id.desc())
    ).all()
