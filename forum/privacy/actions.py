"""Agreeing, taking it back, and being erased. Each runs inside its caller's `transaction()`."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update

from forum.accounts.models import Organizer
from forum.audit.actions import record as write_down
from forum.audit.models import Action
from forum.care.queries import same_person
from forum.care.rules import Purpose, kept_back
from forum.db import db
from forum.i18n import _
from forum.outbox.models import Message, MessageState
from forum.privacy import consents, holdings, tombstone_actions
from forum.privacy.models import Consent, ConsentPurpose
from forum.privacy.removal_actions import remove
from forum.registration import refusals
from forum.registration.models import Registration, Status
from forum.registration.places import vacating
from forum.registration.places.gates import lock_all_gates, lock_gates_of_all, touch_beside


def record(
    registration: Registration, purpose: ConsentPurpose, *, now: datetime, language: str
) -> Consent:
    """Keep that she agrees to the text in force, read in `language`. Returns the agreement.

    Nothing happens if she has agreed to this very text before and not taken it back. An older
    text's agreement ends as the new one begins. The history tells of what is agreed to beside
    the registration itself.
    """
    db.session.add(registration)
    db.session.flush()
    text = consents.text_in_force(purpose)
    before = consents.living_agreement(registration, purpose)
    if before is not None:
        if before.text_version == text.version:
            return before
        before.withdrawn_at = now
    consent = Consent(
        registration_id=registration.id,
        purpose=purpose,
        text_version=text.version,
        language=language,
        given_at=now,
    )
    db.session.add(consent)
    if purpose != ConsentPurpose.REGISTRATION:
        facts = {"purpose": purpose, "agreed": True}
        write_down(Action.CONSENT_CHANGED, registration, facts, now=now)
    return consent


def withdraw(
    registration: Registration,
    purpose: ConsentPurpose,
    *,
    now: datetime,
    by: Organizer | None = None,
) -> None:
    """Take back what she agreed to. Nothing happens if there is nothing to take back.

    The row stays: that we were once allowed to is as true as that we no longer are.
    """
    consent = consents.living_agreement(registration, purpose)
    if consent is None:
        return
    consent.withdrawn_at = now
    facts = {"purpose": purpose, "agreed": False}
    write_down(Action.CONSENT_CHANGED, registration, facts, organizer=by, now=now)


def renew_invitation(registration: Registration, *, now: datetime, language: str) -> Consent:
    """Keep that she wants to be invited again, said anew today: it counts from today.

    What she had said before, with any registration of hers, ends as the new word begins.
    """
    _end_invitations(registration, now=now)
    return record(registration, ConsentPurpose.NEXT_INVITATION, now=now, language=language)


def withdraw_invitation(
    registration: Registration, *, now: datetime, by: Organizer | None = None
) -> None:
    """Take her off the list for the next invitation, whichever registrations put her there.

    Her places, her reminders and all other emails stay as they are.
    """
    for consent in _end_invitations(registration, now=now):
        facts = {"purpose": consent.purpose, "agreed": False}
        write_down(Action.CONSENT_CHANGED, consent.registration, facts, organizer=by, now=now)


def _end_invitations(registration: Registration, *, now: datetime) -> Sequence[Consent]:
    """End every agreement of a person to be invited. Returns those that lived."""
    hers = same_person(registration).with_only_columns(Registration.id).order_by(None)
    living = db.session.scalars(
        select(Consent)
        .where(
            Consent.registration_id.in_(hers),
            Consent.purpose == ConsentPurpose.NEXT_INVITATION,
            Consent.withdrawn_at.is_(None),
        )
        .order_by(Consent.id)
    ).all()
    for consent in living:
        consent.withdrawn_at = now
    return living


def erase_with_others(
    registration: Registration, others: Collection[str], *, now: datetime
) -> bool:
    """Delete a registration, and those of hers besides that she has named by their public ids.

    Only what her link may name goes. Tells whether nothing is left under her name and address, as
    far as her link may tell. Raises TooLateToChange, and nothing goes.
    """
    events = same_person(registration).with_only_columns(Registration.event_id).order_by(None)
    lock_gates_of_all(set(db.session.scalars(events)))
    chosen = [each for each in holdings.besides(registration) if each.public_id in others]
    hers = db.session.scalars(same_person(registration)).unique().all()
    may_tell = registration.status != Status.CANCELLED and registration.email is not None
    is_all = may_tell and {*hers} <= {registration, *chosen}
    for each in sorted([registration, *chosen], key=lambda each: each.id):
        erase(each, now=now)
    return is_all


def erase(registration: Registration, *, now: datetime, by: Organizer | None = None) -> None:
    """Delete someone, and all that is hers, for good. Nobody is told.

    Her place goes to the line. Who came along stays, on his own. The history of her event says
    that someone was erased, and nothing says who; a tombstone keeps her out of a restored
    database. `registration` is gone afterwards: read from it before. Nothing happens to someone
    whom another request has erased just now. Raises TooLateToChange for someone remembered, whom
    only an organizer erases.
    """
    if not _lock_to_erase(registration):
        return
    if by is None and kept_back(registration, Purpose.CHANGE, now=now) is not None:
        raise refusals.TooLateToChange(
            _("This registration can no longer be changed. Please call us if you need help.")
        )
    _erase(registration, now=now, by=by)


def erase_again(registration: Registration, *, now: datetime) -> None:
    """Delete someone who was erased before, and whom a restored database has brought back.

    It was decided then, also of someone remembered: nothing is asked anew.
    """
    if _lock_to_erase(registration):
        _erase(registration, now=now, by=None)


def _erase(registration: Registration, *, now: datetime, by: Organizer | None) -> None:
    event, public_id, number = registration.event, registration.public_id, registration.id
    vacating.release_silently(registration, now=now)
    touch_beside([number], now=now)
    _keep_that_she_was_invited(registration)
    db.session.flush()
    db.session.expunge(registration)
    remove([number])
    tombstone_actions.set_up(public_id, now=now)
    write_down(Action.ERASED, event, organizer=by, now=now)


def _keep_that_she_was_invited(registration: Registration) -> None:
    """Leave with another registration of hers what has invited her: its wish would do so again."""
    others = same_person(registration).where(Registration.id != registration.id)
    heir = db.session.scalars(others.order_by(None).order_by(Registration.id.desc())).first()
    if heir is not None:
        db.session.execute(
            update(Message)
            .where(
                Message.registration_id == registration.id,
                Message.email == "invitation",
                Message.state == MessageState.SENT,
            )
            .values(registration_id=heir.id)
        )


def _lock_to_erase(registration: Registration) -> bool:
    """Lock the event's gates and a registration, so that nothing new can point to it.

    False when it is gone already.
    """
    number = registration.id
    lock_all_gates(registration.event_id)
    row = select(Registration.id).where(Registration.id == number)
    if db.session.scalar(row.with_for_update()) is None:
        return False
    db.session.refresh(registration)
    return True
