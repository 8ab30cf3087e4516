"""Who has shown that the mailbox we write to is theirs. Nothing here changes anything."""

from collections.abc import Iterable

from sqlalchemy import and_, func, or_, select

from forum.audit.models import Action, AuditEntry
from forum.care.rules import THROUGH
from forum.db import db
from forum.incoming.models import CalendarReply, ReplyAnswer
from forum.privacy.models import Consent, ConsentPurpose
from forum.registration.models import AddressChange, Registration

BY_LINK = (
    Action.MODE_CHANGED,
    Action.SESSIONS_CHOSEN,
    Action.WAITING_CHANGED,
    Action.OFFER_ACCEPTED,
    Action.ANSWERS_CHANGED,
    Action.COMPANION_ADDED,
    Action.ADDRESS_ASKED,
    Action.LINK_RENEWED,
    Action.FEED_RENEWED,
)
"""What somebody does on her own page who means to come. Whoever reads by mistake what was meant for
another ends it: he declines, cancels, stops reminders. That shows nothing."""


def readers(people: Iterable[Registration]) -> set[int]:
    """Return the ids of those who have shown, since their address is what it is, that they read it.

    By taking it themselves, by agreeing, answering or changing something with the link that went
    there, or by the calendar of the mailbox. A pause that a companion asked for shows nothing.
    """
    numbers = [each.id for each in people]
    if not numbers:
        return set()
    mine = AddressChange.registration_id == Registration.id
    last = select(func.max(AddressChange.done_at)).where(mine).correlate(Registration)
    since = func.coalesce(last.scalar_subquery(), Registration.registered_at)
    comes_along = and_(
        Consent.purpose == ConsentPurpose.REGISTRATION, Registration.companion_of_id.is_not(None)
    )
    agreed = select(Consent.id).where(
        Consent.registration_id == Registration.id, or_(comes_along, Consent.given_at > since)
    )
    answered = select(CalendarReply.id).where(
        CalendarReply.registration_id == Registration.id,
        CalendarReply.answer != ReplyAnswer.DECLINED,
        CalendarReply.at > since,
    )
    hers = and_(
        AuditEntry.subject_kind == Registration.__tablename__,
        AuditEntry.subject_id == Registration.id,
        AuditEntry.organizer_id.is_(None),
        AuditEntry.at > since,
    )
    acted = select(AuditEntry.id).where(hers, AuditEntry.action.in_(BY_LINK))
    taken = Registration.email_taken_at.is_not(None)
    shown = or_(taken, *(each.exists() for each in (agreed, answered, acted)))
    chosen = Registration.id.in_(numbers)
    found = select(Registration.id).where(chosen, or_(shown, Registration.has_let_companion_pause))
    silences = (
        select(AuditEntry.subject_id, AuditEntry.facts)
        .join(Registration, hers)
        .where(chosen, AuditEntry.action == Action.CARE_CHANGED)
    )
    hushed = {number for number, facts in db.session.execute(silences) if THROUGH not in facts}
    return hushed.union(db.session.scalars(found))
