"""What is known of organizers and their sign-ins."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.accounts.models import KeptForm, Organizer, OrganizerRole, Passkey, SignIn, SignInLink
from forum.addresses import tidy_address
from forum.db import db
from forum.errors import Gone, Missing
from forum.links import read_token


def token_hash(token: str) -> str:
    """Return what is stored of a cookie's token: 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def tidy_email(email: str) -> str:
    """Return an address as organizers' addresses are stored and compared."""
    return tidy_address(email)


def organizer_at(email: str) -> Organizer | None:
    """Return the organizer with this address, active or not."""
    return db.session.scalar(select(Organizer).where(Organizer.email == tidy_email(email)))


def organizers() -> list[Organizer]:
    """Return all organizers: active ones first, then by name."""
    order = (Organizer.is_active.desc(), Organizer.name, Organizer.id)
    return list(db.session.scalars(select(Organizer).order_by(*order)))


def organizer(organizer_id: int) -> Organizer:
    """Return an organizer by id. Raises Missing."""
    found = db.session.get(Organizer, organizer_id)
    if found is None:
        raise Missing
    return found


def active_owners() -> list[int]:
    """Return the ids of those who may manage organizers."""
    is_owner = (Organizer.role == OrganizerRole.OWNER, Organizer.is_active)
    return list(db.session.scalars(select(Organizer.id).where(*is_owner)))


def open_link(token: str, *, now: datetime) -> SignInLink:
    """Return the sign-in link in a mailed token.

    Raises Missing for a token that we did not sign, Gone for one that was used, is too old, or
    whose organizer may no longer sign in.
    """
    public_id, _version = read_token("sign-in", token)
    link = db.session.scalar(
        select(SignInLink)
        .where(SignInLink.public_id == public_id)
        .options(joinedload(SignInLink.organizer))
    )
    if link is None:
        raise Missing
    if link.used_at is not None or now >= link.expires_at or not link.organizer.is_active:
        raise Gone
    return link


def sign_in_of(token: str) -> SignIn | None:
    """Return the sign-in that a cookie's token belongs to, ended or not."""
    return db.session.scalar(select(SignIn).where(SignIn.token_hash == token_hash(token)))


def organizer_of(sign_in: SignIn | None) -> Organizer | None:
    """Return who has signed in, also if that is over; None for one who may no longer."""
    return sign_in.organizer if sign_in is not None and sign_in.organizer.is_active else None


def kept_form(key: str, *, now: datetime) -> KeptForm | None:
    """Return what is kept under a key of a browser's cookie, if it is not too old."""
    its = (KeptForm.key_hash == token_hash(key), KeptForm.kept_until > now)
    return db.session.scalar(select(KeptForm).where(*its))


def sign_in(sign_in_id: int) -> SignIn | None:
    """Return a sign-in by its number, ended or not."""
    return db.session.get(SignIn, sign_in_id)


def open_sign_ins(organizer: Organizer, *, now: datetime) -> list[SignIn]:
    """Return an organizer's sign-ins that have not ended, newest first."""
    return list(
        db.session.scalars(
            select(SignIn)
            .where(
                SignIn.organizer_id == organizer.id,
                SignIn.ended_at.is_(None),
                SignIn.expires_at > now,
            )
            .order_by(SignIn.created_at.desc(), SignIn.id.desc())
        )
    )


def passkeys(organizer: Organizer) -> list[Passkey]:
    """Return an organizer's passkeys, oldest first."""
    of_hers = select(Passkey).where(Passkey.organizer_id == organizer.id)
    return list(db.session.scalars(of_hers.order_by(Passkey.id)))


def passkey(organizer: Organizer, passkey_id: int) -> Passkey:
    """Return one of an organizer's own passkeys. Raises Missing for anyone else's."""
    found = db.session.get(Passkey, passkey_id)
    if found is None or found.organizer_id != organizer.id:
        raise Missing
    return found


def passkey_by_credential(credential_id: str) -> Passkey | None:
    """Return the passkey with this WebAuthn credential id (base64url)."""
    return db.session.scalar(
        select(Passkey)
        .where(Passkey.credential_id == credential_id)
        .options(joinedload(Passkey.organizer))
    )


def is_first_sign_in(sign_in: SignIn) -> bool:
    """Tell whether this organizer has never signed in before."""
    others = select(SignIn.id).where(
        SignIn.organizer_id == sign_in.organizer_id, SignIn.id != sign_in.id
    )
    return db.session.scalar(others.limit(1)) is None
