"""Changes of address, as they are asked for. Nothing here changes anything."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select

from forum.care.queries import elsewhere, reached_for
from forum.care.rules import Purpose
from forum.db import db
from forum.errors import Missing
from forum.links import read_token
from forum.registration.models import AddressChange, Registration
from forum.tongues import read_in

PURPOSE = "address"
"""What the tokens of links to confirm an address are signed for."""


def by_token(token: str) -> AddressChange:
    """Return the change that a link from a mail confirms, open or not.

    Raises Missing for a token that we did not sign, or whose change is gone.
    """
    public_id, _version = read_token(PURPOSE, token)
    found = db.session.scalar(select(AddressChange).where(AddressChange.public_id == public_id))
    if found is None:
        raise Missing
    read_in(found.registration.timezone, found.registration.language)
    return found


def open_changes(registration: Registration, *, now: datetime) -> Sequence[AddressChange]:
    """Return the changes of someone's address that can still be confirmed."""
    return [each for each in changes_in_time(registration, now=now) if each.done_at is None]


def changes_in_time(registration: Registration, *, now: datetime) -> Sequence[AddressChange]:
    """Return the changes of someone's address whose links still open something, done or not."""
    return db.session.scalars(
        select(AddressChange).where(
            AddressChange.registration_id == registration.id, AddressChange.expires_at > now
        )
    ).all()


def number_asked(registration: Registration, *, since: datetime) -> int:
    """Return how many new addresses someone has asked about since an instant."""
    asked = select(func.count()).where(
        AddressChange.registration_id == registration.id, AddressChange.created_at > since
    )
    return db.session.scalar(asked) or 0


def together(change: AddressChange) -> list[AddressChange]:
    """Return a change and those of her other events, asked for in the same moment.

    In the order of the registrations, which is the order in which they are locked.
    """
    found = db.session.scalars(
        select(AddressChange)
        .join(AddressChange.registration)
        .where(
            AddressChange.new_email == change.new_email,
            AddressChange.old_email == change.old_email,
            AddressChange.created_at == change.created_at,
            AddressChange.id != change.id,
            AddressChange.done_at.is_(None),
            Registration.is_named(change.registration.person_key),
        )
    )
    return sorted([change, *found], key=lambda each: each.registration_id)


def others_of(registration: Registration) -> Sequence[Registration]:
    """Return her registrations for other events that live: the same name at the same address."""
    return elsewhere(
        registration,
        Registration.event_id != registration.event_id,
        reached_for(Purpose.CHANGE),
    )


def beside(registration: Registration) -> Sequence[Registration]:
    """Return who came in together with her at her address, canceled ones too, in ascending id.

    Where hers was mistyped, theirs may be: it was typed once, or twice on purpose.
    """
    first = registration.companion_of_id or registration.id
    return db.session.scalars(
        select(Registration)
        .where(
            or_(Registration.id == first, Registration.companion_of_id == first),
            Registration.id != registration.id,
            Registration.email == registration.email,
        )
        .order_by(Registration.id)
    ).all()


def shares_entry(registration: Registration, email: str) -> bool:
    """Tell whether somebody else of a mailbox has the UID of her calendar entry.

    Both have the event's then, from before each had her own (docs/adr/0020).
    """
    others = select(Registration.id).where(
        Registration.uid == registration.uid,
        Registration.email == email,
        Registration.id != registration.id,
    )
    return db.session.scalar(select(others.exists())) or False
