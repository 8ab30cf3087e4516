"""What an email is about besides a registration: an offer, a session, a change of address.

Each is looked at anew when the email is written, and says itself why there is nothing to write
any more, and to which address it goes.
"""

from datetime import datetime

from forum.db import db
from forum.emails import notice_facts, queries
from forum.emails.kinds import KINDS, Matter
from forum.emails.letter import Mailbox
from forum.emails.notice_facts import News
from forum.events.models import Event, EventKind, EventStatus, Session, SessionStatus
from forum.events.rules import Standing, standing
from forum.i18n import _
from forum.notices.models import Notice
from forum.outbox.models import Message
from forum.privacy.consents import invitation_agreement
from forum.registration.models import AddressChange, Offer, OfferState, Registration, Status

Row = Offer | Session | AddressChange | Notice | Event
Thing = Offer | Session | AddressChange | News | Event
QUESTION = "confirm_address"
"""The email that asks whether an address is hers."""
_TABLES: dict[Matter, type[Row]] = {
    Matter.OFFER: Offer,
    Matter.SESSION: Session,
    Matter.ADDRESS: AddressChange,
    Matter.NOTICE: Notice,
    Matter.EVENT: Event,
}


def matter_of(message: Message, house: queries.House, *, now: datetime) -> Thing | None:
    """Return what a message is about as it is now; None for one about a registration alone."""
    matter = KINDS[message.email].matter
    if matter is None:
        return None
    found: Row | None = db.session.get(_TABLES[matter], message.facts[matter])  # type: ignore[assignment]  # one of these
    if isinstance(found, Notice):
        return notice_facts.news_of(message, found, house, now=now)
    return found


def recipient(email: str, registration: Registration, thing: Thing | None) -> Mailbox | None:
    """Return to whom an email goes, or None for someone without an address.

    All go to her, but for those about a change of her address. The question whether a new one is
    hers names nobody, because a stranger may read it.
    """
    if isinstance(thing, AddressChange) and email == QUESTION:
        return Mailbox("", thing.new_email)
    address = thing.old_email if isinstance(thing, AddressChange) else registration.email
    return Mailbox(registration.name, address) if address else None


def why_not(
    email: str, registration: Registration, thing: Thing | None, *, now: datetime
) -> str | None:
    """Return why there is nothing to say about it any more, or None."""
    reason: str | None = None
    match thing:
        case None if KINDS[email].matter:
            reason = _("What this email is about is gone.")
        case Offer() if email == "offer":
            reason = _ended(thing, now)
        case Session():
            reason = _no_place(registration, thing, now)
        case AddressChange() if email == QUESTION:
            reason = _answered(thing, now)
        case News():
            reason = notice_facts.why_not(thing)
        case Event():
            reason = _not_invited(registration, thing, now)
    return reason


def _ended(offer: Offer, now: datetime) -> str | None:
    said = {
        OfferState.ACCEPTED: _("The offered place has been taken."),
        OfferState.DECLINED: _("The offered place has been declined."),
        OfferState.LAPSED: _("The offer has ended."),
        OfferState.WITHDRAWN: _("The offer has been withdrawn."),
    }.get(offer.state)
    return said or (_("The offer has ended.") if now >= offer.ends_at else None)


def _no_place(registration: Registration, session: Session, now: datetime) -> str | None:
    if session.status == SessionStatus.CANCELLED:
        return _("The session is canceled.")
    if now >= session.ends_at:
        return _("The session is over.")
    if not queries.has_session_place(registration, session):
        return _("This person has no place in the session any more.")
    return None


def _answered(change: AddressChange, now: datetime) -> str | None:
    if change.done_at is not None:
        return _("The new address has been confirmed.")
    if change.registration.email != change.old_email:
        return _("Her address has been changed in another way meanwhile.")
    return _("The link to confirm the address has expired.") if now >= change.expires_at else None


def why_no_invitations(event: Event, now: datetime) -> str | None:
    """Return why nobody is invited to an event, or None for a forum that is open or will be."""
    if event.status == EventStatus.DRAFT:
        return _("The event is not published.")
    if event.kind != EventKind.FORUM:
        return _("People asked to be invited to the next forum, and this is a webcast.")
    return {
        Standing.CANCELLED: _("The event is canceled."),
        Standing.OVER: _("The event is over."),
        Standing.ANNOUNCED: _("The event takes no registrations."),
        Standing.CLOSED: _("Registration for the event is closed."),
    }.get(standing(event, now))


def _not_invited(registration: Registration, event: Event, now: datetime) -> str | None:
    """Return why someone is not invited to an event: the newest word of hers counts."""
    said = why_no_invitations(event, now)
    if said:
        return said
    status = queries.status_at(event, registration)
    if status == Status.CANCELLED:
        return _("This person has canceled.")
    if status is not None:
        return _("This person is registered already.")
    if invitation_agreement(registration, now=now) is None:
        return _("This person does not want to be invited any more.")
    return None
