"""Who asked to be invited to the next forum, and who of them is written to now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from forum.care.queries import one_of_each, person_hashes
from forum.care.rules import Purpose, kept_back
from forum.db import db
from forum.emails import decision
from forum.emails.letter import Silence
from forum.emails.queries import statuses_at
from forum.emails.subjects import Asked
from forum.events.models import Event
from forum.fingerprint import fingerprint
from forum.incoming.queries import blocked_lately
from forum.outbox.models import Message
from forum.privacy.consents import wishes
from forum.privacy.models import Consent, ConsentPurpose
from forum.registration.models import Registration

EMAIL = "invitation"
Person = tuple[str, str | None]


@dataclass
class Invitees:
    """Those who asked, each person once, as the registration with which she asked last.

    `reached` are written to, `invited` have been already, `to_phone` have no address, and
    `kept_back` are not written to, by reason. `took_back` no longer want it.
    """

    reached: list[Registration] = field(default_factory=list)
    invited: list[Registration] = field(default_factory=list)
    to_phone: list[Registration] = field(default_factory=list)
    kept_back: dict[str, list[Registration]] = field(default_factory=dict)
    took_back: list[Registration] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """Return a few letters that are others once somebody else would be written to."""
        return fingerprint(*(each.id for each in self.reached))

    @property
    def is_empty(self) -> bool:
        """Tell whether nobody has ever asked."""
        return not any((self.reached, self.invited, self.to_phone, self.kept_back, self.took_back))


def invitees(event: Event, *, now: datetime) -> Invitees:
    """Sort those who asked at earlier events by what happens to them now.

    The reasons are those of the email itself, so whatever keeps it unwritten keeps people back.
    """
    found = Invitees()
    blocked = blocked_lately(lambda: {each.email for each in asked if each.email})
    asked = _asked_before(event, now=now)
    invited = {_person(each) for each in _invited(event)}
    standing = statuses_at(event)
    for each in sorted(asked, key=lambda person: (person.name_order, person.id)):
        if _person(each) in invited:
            found.invited.append(each)
            continue
        is_quiet = kept_back(each, Purpose.NEXT_INVITATION, now=now)
        if each.email is None and not is_quiet:
            found.to_phone.append(each)
            continue
        message = Message(email=EMAIL, facts={"event": event.id})
        there = Asked(event, standing.get((each.person_key, each.email or "")))
        decided = decision.refusal(message, each, there, now=now, blocked=blocked)
        if isinstance(decided, Silence):
            found.kept_back.setdefault(decided.reason, []).append(each)
        else:
            found.reached.append(each)
    found.took_back = _took_back(event, {_person(each) for each in asked})
    return found


def once(event: Event, registration: Registration) -> str:
    """Return the key under which a person is invited to an event, whichever registration asks."""
    code = person_hashes(registration.name, registration.email or "")[0]
    return f"{_key(event)}{code}"


def _key(event: Event) -> str:
    return f"{EMAIL}:{event.id}:"


def _person(registration: Registration) -> Person | int:
    """Return what two registrations of one person have in common, as `same_person` sees it."""
    if registration.email is None:
        return registration.id
    return registration.person_key, registration.email


def _asked_before(event: Event, *, now: datetime) -> list[Registration]:
    agreed = db.session.scalars(
        wishes(now=now)
        .where(Registration.event_id != event.id, Event.starts_at < event.starts_at)
        .options(contains_eager(Consent.registration).contains_eager(Registration.event))
    )
    return one_of_each(each.registration for each in agreed)


def _invited(event: Event) -> Sequence[Registration]:
    messages = Message.dedupe_key.startswith(_key(event), autoescape=True)
    return db.session.scalars(
        select(Registration)
        .join(Message, Message.registration_id == Registration.id)
        .where(messages)
    ).all()


def _took_back(event: Event, asking: Iterable[Person | int]) -> list[Registration]:
    gone = db.session.scalars(
        select(Registration)
        .join(Consent, Consent.registration_id == Registration.id)
        .join(Registration.event)
        .where(
            Consent.purpose == ConsentPurpose.NEXT_INVITATION,
            Consent.withdrawn_at.is_not(None),
            Registration.event_id != event.id,
            Event.starts_at < event.starts_at,
        )
        .order_by(Registration.name_order, Registration.id)
    )
    return [each for each in one_of_each(gone) if _person(each) not in asking]
