"""What an email is about besides a registration: an offer, a session, a change of address.

Each is looked at anew when the email is written, and says itself why there is nothing to write
any more, and to which address it goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from forum.care.queries import reached_for
from forum.care.rules import NOTE, Purpose
from forum.db import db
from forum.emails import notice_facts, queries
from forum.emails.kinds import KINDS, OfferEnd, Subject
from forum.emails.letter import Mailbox
from forum.emails.notice_facts import NoticeFacts
from forum.events.models import Event, EventKind, EventStatus, Session, SessionStatus
from forum.events.rules import Standing, standing
from forum.i18n import _
from forum.notices.models import Notice
from forum.outbox.models import Message
from forum.privacy.consents import invitation_agreement
from forum.registration.models import AddressChange, Offer, OfferState, Registration, Status
from forum.registration.queries import went_on, would_go_on


@dataclass(frozen=True, slots=True)
class Asked:
    """An event to which people who asked to be invited are invited, read for many at once.

    `status` is how she stands there, None where she does not.
    """

    event: Event
    status: Status | None


Row = Offer | Session | AddressChange | Notice | Event
SubjectRecord = Offer | Session | AddressChange | NoticeFacts | Event | Asked
"""What an email is about besides a registration, as it is now."""
QUESTION = "confirm_address"
"""The email that asks whether an address is hers."""
_TABLES: dict[Subject, type[Row]] = {
    Subject.OFFER: Offer,
    Subject.SESSION: Session,
    Subject.ADDRESS: AddressChange,
    Subject.NOTICE: Notice,
    Subject.EVENT: Event,
}


def subject_of(message: Message, sender: queries.Sender, *, now: datetime) -> SubjectRecord | None:
    """Return what a message is about as it is now; None for one about a registration alone.

    A note that a silence is over is about what others were told meanwhile, if anything.
    """
    subject = KINDS[message.email].subject
    if message.email == NOTE and message.registration is not None:
        return notice_facts.missed(message.registration, sender, now=now)
    if subject is None:
        return None
    found: Row | None = db.session.get(_TABLES[subject], message.facts[subject])  # type: ignore[assignment]  # one of these
    if isinstance(found, Notice):
        return notice_facts.facts_for(message, found, sender, now=now)
    return found


def recipient(
    email: str, registration: Registration, subject: SubjectRecord | None
) -> Mailbox | None:
    """Return to whom an email goes, or None for someone without an address.

    All go to her, but for those about a change of her address. The question whether a new one is
    hers names nobody, because a stranger may read it.
    """
    if isinstance(subject, AddressChange) and email == QUESTION:
        return Mailbox("", subject.new_email)
    address = subject.old_email if isinstance(subject, AddressChange) else registration.email
    return Mailbox(registration.name, address) if address else None


def is_read_by_others(
    to: Mailbox, registration: Registration, subject: SubjectRecord | None, sender: queries.Sender
) -> bool:
    """Tell whether others read the mailbox, too, so that an email has to say whose it is.

    One that she has left they read still. The question whether a new one is hers names nobody.
    """
    if not isinstance(subject, AddressChange):
        return to.address == registration.email and sender.shares_mailbox(registration)
    own = registration.person_key
    return bool(to.name) and any(each.person_key != own for each in left_at(subject))


def left_at(change: AddressChange) -> Sequence[Registration]:
    """Return about whom emails still go to an address that someone has left.

    That is others who read the same mailbox, and she herself at other events.
    """
    found = select(Registration).where(
        Registration.email == change.old_email,
        Registration.id != change.registration_id,
        Registration.status != Status.CANCELLED,
        reached_for(Purpose.ASKED),
    )
    return db.session.scalars(found).unique().all()


def why_not(
    email: str, registration: Registration, subject: SubjectRecord | None, *, now: datetime
) -> str | None:
    """Return why there is nothing to say about it any more, or None."""
    reason: str | None = None
    match subject:
        case None if KINDS[email].subject:
            reason = _("What this email is about is gone.")
        case Offer() if email == "offer":
            reason = _ended(subject, now)
        case Session():
            reason = _no_place(registration, subject, now)
        case AddressChange() if email == QUESTION:
            reason = _answered(subject, now)
        case NoticeFacts() if email != NOTE:
            reason = notice_facts.why_not(subject)
        case Asked():
            reason = why_no_invitations(subject.event, now) or _standing_there(subject.status)
        case Event():
            reason = why_no_invitations(subject, now) or _not_invited(registration, subject, now)
    return reason


def _ended(offer: Offer, now: datetime) -> str | None:
    said = {
        OfferState.ACCEPTED: _("The offered place has been taken."),
        OfferState.DECLINED: _("The offered place has been declined."),
        OfferState.LAPSED: _("The offer has ended."),
        OfferState.WITHDRAWN: _("The offer has been withdrawn."),
    }.get(offer.state)
    return said or (_("The offer has ended.") if now >= offer.ends_at else None)


def offer_end(offer: SubjectRecord | None) -> OfferEnd:
    """Return how an offer has ended that its reader did not answer, or would end now."""
    if not isinstance(offer, Offer) or offer.event_id is None:
        return OfferEnd.OVER
    if offer.state == OfferState.DECLINED:
        return OfferEnd.DECLINED
    if offer.state == OfferState.OPEN:
        return OfferEnd.WENT_ON if would_go_on(offer) else OfferEnd.OVER
    return OfferEnd.WENT_ON if went_on(offer) else OfferEnd.OVER


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
        return _("Their address was changed in another way in the meantime.")
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
    if said := _standing_there(queries.status_at(event, registration)):
        return said
    if invitation_agreement(registration, now=now) is None:
        return _("This person does not want to be invited any more.")
    return None


def _standing_there(status: Status | None) -> str | None:
    if status == Status.CANCELLED:
        return _("This person has canceled.")
    return None if status is None else _("This person is registered already.")
