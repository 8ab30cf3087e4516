"""Where and how people were written to in a database that another has replaced: they still are.

Runs inside its caller's `transaction()`.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select

from forum.audit.actions import record
from forum.audit.models import Action
from forum.care.adopting_actions import adopting
from forum.db import db
from forum.outbox.waiting_actions import have_strayed
from forum.privacy.carried import WrittenTo
from forum.registration.models import AddressChange, Registration
from forum.registration.my.details import actions as details
from forum.registration.my.details.address_actions import NOWHERE


def write_there_again(addresses: Mapping[str, WrittenTo], *, now: datetime) -> None:
    """Write to nobody at an address that she has left: others may read it. By public id.

    What went to a mistyped one has reached nobody, here as there. Nothing happens where nothing
    else would reach her, or where the same person stands under that address already.
    """
    people = select(Registration).where(Registration.public_id.in_(addresses))
    for person in db.session.scalars(people.order_by(Registration.id)).unique().all():
        known = addresses[person.public_id]
        email, was = known.email, person.email
        is_known = details.is_known(person, email=email, key=person.person_key)
        if email == was or is_known or not (email or person.phone):
            continue
        with adopting(person, now=now):
            person.email, person.email_taken_at = email, known.taken_at
            details.touch(person, now=now)
        if known.strayed_at is not None:
            have_strayed(person, known.strayed_at)
        change = AddressChange(registration=person, new_email=email or NOWHERE, old_email=was)
        change.created_at = change.expires_at = change.done_at = now
        db.session.add(change)  # what still comes back came from there
        record(Action.ADDRESS_CHANGED, person, now=now)


def write_discreetly_again(public_ids: Collection[str], *, now: datetime) -> None:
    """Name the illness to nobody who has asked since for neutral words."""
    people = select(Registration).where(
        Registration.public_id.in_(public_ids), Registration.is_discreet.is_(False)
    )
    for person in db.session.scalars(people.order_by(Registration.id)).unique().all():
        person.is_discreet = True
        details.touch(person, now=now)
        record(Action.ANSWERS_CHANGED, person, {"changed": ["is_discreet"]}, now=now)
