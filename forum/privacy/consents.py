"""What people are asked to agree to, word for word, and what they have agreed to.

A text is never altered: a new one goes on top of its list, with the day it came and the first
eight hex digits of its English words' SHA-256 as its version. So a stored version always leads
back to the exact words that stood beside the button.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from forum.care.queries import same_person
from forum.db import db
from forum.events.models import Event
from forum.i18n import lazy
from forum.privacy import rules
from forum.privacy.models import Consent, ConsentPurpose
from forum.registration.models import Registration


@dataclass(frozen=True)
class ConsentText:
    """The words that someone agrees to. `version` is its day and a hash of the English ones.

    `is_renewable` tells whether they say that it counts from the day on which she says so, where
    that is later than the event.
    """

    version: str
    words: LazyString
    is_renewable: bool = False


TEXTS: dict[ConsentPurpose, tuple[ConsentText, ...]] = {
    ConsentPurpose.REGISTRATION: (
        ConsentText(
            "2026-11-29.33b82e16",
            lazy(
                "We use what you tell us to prepare your place and to write to you about this"
                " event."
            ),
        ),
        ConsentText(
            "2026-11-29.2bbabf1e",
            lazy(
                "We may use what you tell us here to prepare your place and to write to you about"
                " this event. We treat all of it as information about your health. You can take"
                " this back at any time."
            ),
        ),
        ConsentText(
            "2026-11-23.8ba9ee88",
            lazy(
                "You may use what I tell you here to prepare my place and to write to me about"
                " this event. You treat all of it as information about my health. I can take this"
                " back at any time."
            ),
        ),
    ),
    ConsentPurpose.NEXT_INVITATION: (
        ConsentText(
            "2026-11-29.048efcb1",
            lazy(
                "Please invite me to the next forum. You may keep my name and email address for"
                " this. You keep them for 13 months after this event, or after the last time I"
                " said yes. I can take this back at any time."
            ),
            is_renewable=True,
        ),
        ConsentText(
            "2026-11-28.7d917786",
            lazy(
                "Please invite me to the next forum. For this you keep my name and address for up"
                " to 13 months after this event, or after the day on which I say so again. I can"
                " take this back at any time."
            ),
            is_renewable=True,
        ),
        ConsentText(
            "2026-11-23.49ba0980",
            lazy(
                "Please invite me to the next forum. For this you keep my name and address for up"
                " to 13 months after this event. I can take this back at any time."
            ),
        ),
    ),
}
"""All texts there ever were, the one in force first."""


_RENEWABLE = [text.version for text in TEXTS[ConsentPurpose.NEXT_INVITATION] if text.is_renewable]


def text_in_force(purpose: ConsentPurpose) -> ConsentText:
    """Return the words that people are shown now."""
    return TEXTS[purpose][0]


def words_agreed_to(consent: Consent) -> LazyString:
    """Return the exact words of an agreement. Raises LookupError for a version never in force."""
    found = [text for text in TEXTS[consent.purpose] if text.version == consent.text_version]
    if not found:
        raise LookupError(consent.text_version)
    return found[0].words


def has_agreed(registration: Registration, purpose: ConsentPurpose) -> bool:
    """Tell whether she has agreed, to this text or an older one, and not taken it back."""
    return living_agreement(registration, purpose) is not None


def living_agreement(registration: Registration, purpose: ConsentPurpose) -> Consent | None:
    """Return what she agreed to last and has not taken back, if anything."""
    return db.session.scalar(
        select(Consent)
        .where(
            Consent.registration_id == registration.id,
            Consent.purpose == purpose,
            Consent.withdrawn_at.is_(None),
        )
        .order_by(Consent.id.desc())
        .limit(1)
    )


def invitation_agreement(registration: Registration, *, now: datetime) -> Consent | None:
    """Return the newest word by which she may be invited again, or None.

    It may have been given with any registration of the same person. One that is older than we may
    keep it does not count.
    """
    hers = same_person(registration).with_only_columns(Registration.id).order_by(None)
    return db.session.scalar(wishes(now=now).where(Consent.registration_id.in_(hers)).limit(1))


def wishes(*, now: datetime) -> Select[Consent]:
    """Return the agreements to be invited again that count now, the newest first."""
    return (
        select(Consent)
        .join(Consent.registration)
        .join(Registration.event)
        .where(counts(now=now))
        .order_by(Consent.given_at.desc(), Consent.id.desc())
    )


def counts(*, now: datetime) -> ColumnElement[bool]:
    """Return what is true of an agreement to be invited again that counts now, with its event."""
    oldest = now - rules.INVITED
    renewed = and_(Consent.text_version.in_(_RENEWABLE), Consent.given_at >= oldest)
    return and_(
        Consent.purpose == ConsentPurpose.NEXT_INVITATION,
        Consent.withdrawn_at.is_(None),
        or_(func.coalesce(Event.kept_from, Event.latest_end_at) >= oldest, renewed),
    )


def counts_until(consent: Consent) -> datetime:
    """Return how long an agreement to be invited again counts, as its own words say."""
    event = consent.registration.event
    ended_at = event.kept_from or event.latest_end_at
    is_renewable = consent.text_version in _RENEWABLE
    return rules.invited_until(ended_at, consent.given_at if is_renewable else ended_at)


def agreements(registration: Registration) -> Sequence[Consent]:
    """Return all that she ever agreed to, also what she took back, oldest first."""
    return db.session.scalars(
        select(Consent).where(Consent.registration_id == registration.id).order_by(Consent.id)
    ).all()
