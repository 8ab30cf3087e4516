"""Keeping who is remembered as codes, which outlive her registrations, and taking it back.

Runs inside its caller's `transaction()`.
"""

from datetime import datetime

from sqlalchemy import delete, select

from forum.care import queries
from forum.care.hash_actions import lasting_hash
from forum.care.models import HashPurpose, Suppression
from forum.db import db
from forum.names import doubt_keys, name_key
from forum.registration.models import CareState, Registration


def suppress(registration: Registration, *, now: datetime) -> None:
    """Keep that she is remembered, whatever becomes of her registrations. Twice is once.

    Nothing is kept of one without an address: a name alone says too little.
    """
    name, email = registration.name, registration.email
    if email is None:
        return
    known = queries.person_hashes(name, email)
    if db.session.scalar(select(Suppression.id).where(Suppression.person_hash.in_(known))):
        return
    person_hash, *doubt_hashes = (
        lasting_hash(HashPurpose.PERSON, queries.said_of(key, email), now=now)
        for key in (name_key(name), queries.MAILBOX, *sorted(doubt_keys(name)))
    )
    row = Suppression(person_hash=person_hash, doubt_hash=" ".join(doubt_hashes), created_at=now)
    db.session.add(row)


def rename(registration: Registration, was: str, *, now: datetime) -> None:
    """Keep that she is remembered under the name that the desk has corrected, and not as it `was`.

    Nothing happens to one who is not remembered. What is kept of another of hers stays.
    """
    email = registration.email
    if registration.care_state != CareState.REMEMBERED or email is None:
        return
    db.session.flush()
    others = db.session.scalars(queries.mailbox(registration)).unique()
    if all(
        each.care_state != CareState.REMEMBERED or each.person_key != name_key(was)
        for each in others
    ):
        db.session.execute(delete(Suppression).where(queries.is_suppressed(was, email)))
    suppress(registration, now=now)


def forget(registration: Registration) -> None:
    """Take back that she is remembered.

    Where it is not kept under her name as it is written now, what is in doubt goes, but for what
    is kept of somebody else who is remembered: two who have died may have had one mailbox.
    """
    if registration.email is None:
        return
    name, email = registration.name, registration.email
    by_name = queries.is_suppressed(name, email)
    if db.session.scalar(select(Suppression.id).where(by_name).limit(1)) is not None:
        db.session.execute(delete(Suppression).where(by_name))
        return
    others = [
        queries.is_suppressed(each.name, email)
        for each in queries.alike(registration)
        if each.care_state == CareState.REMEMBERED and each.person_key != registration.person_key
    ]
    in_doubt = queries.suppressions(name, email).where(*(~each for each in others))
    numbers = db.session.scalars(in_doubt.with_only_columns(Suppression.id)).all()
    db.session.execute(delete(Suppression).where(Suppression.id.in_(numbers)))
