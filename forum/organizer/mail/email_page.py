"""Any email as it would be written now: to a person of the event, or to a reader who is made up.

Nothing here is stored, and no personal link of it opens anything.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from forum import emails
from forum.accounts.models import Organizer
from forum.db import Facts
from forum.emails import Preview
from forum.emails.kinds import KINDS, TO_ORGANIZERS, EmailKind, Subject
from forum.emails.queries import Sender, sender
from forum.emails.subjects import SubjectRecord
from forum.events.models import Event, Mode
from forum.i18n import LANGUAGES, _, language_spoken
from forum.names import name_key
from forum.notices import queries as notices
from forum.organizer.mail import email_queries as queries
from forum.outbox.models import Message
from forum.registration.models import (
    AddressChange,
    Offer,
    OfferState,
    Registration,
    Status,
)
from forum.registration.places.session_queries import limited_sessions
from forum.reminders.queries import of_event
from forum.reminders.rules import due_for
from forum.web.forms import number

WAITING = "waiting"
"""A reader who is on the waitlist."""
ANSWER_TIME = timedelta(days=2)
NAME = "Ada Example"
ADDRESS = "ada@example.org"


@dataclass(frozen=True)
class EmailChoice:
    """Which email, and to whom: a person, or else a kind of reader.

    `reader` is a way to attend or `waiting`; `rule` the number of a reminder.
    """

    email: str
    person: Registration | None = None
    reader: str = WAITING
    language: str = field(default_factory=language_spoken)
    is_discreet: bool = True
    rule: int = 0


@dataclass(frozen=True)
class About:
    """What an email is about; `missing` says that there is none of it.

    `sender` is who writes, where that differs from the real one: a reminder comes from one rule.
    """

    facts: Facts
    subject: SubjectRecord | None = None
    missing: str = ""
    sender: Sender | None = None


def readers(event: Event) -> list[str]:
    """Return the kinds of reader that an event has."""
    return [*(gate.mode.value for gate in event.gates), WAITING]


def choose(event: Event, asked: dict[str, str], person: Registration | None) -> EmailChoice:
    """Return a choice from what an address asks for; what does not exist is not chosen.

    A reader who is made up reads the organizer's language, unless another one is asked for.
    """
    email, reader, rule = (asked.get(name, "") for name in ("email", "reader", "rule"))
    offered = readers(event)
    language = asked.get("language", "")
    return EmailChoice(
        email=email if email in (*KINDS, *TO_ORGANIZERS) else "confirmation",
        person=person,
        reader=reader if reader in offered else offered[0],
        language=language if language in LANGUAGES else language_spoken(),
        is_discreet=asked.get("titles") != "full",
        rule=number(rule),
    )


def preview(event: Event, choice: EmailChoice, *, by: Organizer, now: datetime) -> Preview:
    """Return an email as it would be written now, and why it would not be sent now, if so.

    Of a made-up reader only the writing is true: whether it is sent is decided for real people.
    """
    message = Message(email=choice.email, facts={}, dedupe_key="preview", created_at=now)
    if choice.email in TO_ORGANIZERS:
        message.organizer = by
        return emails.preview(message, now)
    kind = KINDS[choice.email]
    message.registration = choice.person or made_up(event, choice, now=now)
    about = _about(event, kind, choice, message.registration, now=now)
    if about.missing:
        return Preview(None, about.missing)
    message.facts = about.facts
    made = emails.preview(message, now, subject=about.subject, sender=about.sender)
    return made if choice.person else Preview(made.letter, None)


def made_up(event: Event, choice: EmailChoice, *, now: datetime) -> Registration:
    """Return a reader who does not exist, and is not stored, to whom an email might go."""
    kind = KINDS[choice.email]
    wished = Status.WAITLISTED if choice.reader == WAITING else Status.CONFIRMED
    status = wished if wished in kind.statuses else min(kind.statuses)
    offered = [gate.mode for gate in event.gates] or [Mode.WEBCAST]
    mode = offered[0] if choice.reader == WAITING else Mode(choice.reader)
    told_of = (queries.event_before(event) or event) if kind.is_invitation else event
    waits_for = mode if status == Status.WAITLISTED else None
    if status == Status.CONFIRMED and kind.while_waiting:
        waits_for = next((other for other in offered if other != mode), None)
    return Registration(
        event=told_of,
        public_id="",
        name=NAME,
        name_key=name_key(NAME),
        email=ADDRESS,
        mode=mode,
        status=status,
        waits_for=waits_for,
        language=choice.language,
        timezone=event.timezone,
        is_discreet=choice.is_discreet,
        quiet_days=(),
        roles=(),
        wants_reminders=True,
        care_state="active",
        uid=f"example-{event.uid}",
        sequence=0,
        link_version=1,
        feed_version=1,
        registered_at=now,
        updated_at=now,
    )


def _about(
    event: Event, kind: EmailKind, choice: EmailChoice, reader: Registration, *, now: datetime
) -> About:
    """Find what an email is about; for a made-up reader, make it up where that says enough."""
    found: SubjectRecord | None
    if kind.is_reminder:
        return _reminder(event, choice, reader)
    match kind.subject:
        case None:
            return About({})
        case Subject.EVENT:
            return About({"event": event.id}, event)
        case Subject.SESSION:
            return _session(event, choice)
        case Subject.OFFER:
            found = queries.latest_offer(reader) if choice.person else _offer(reader, now)
            missing = _("This person has not been offered a place.")
        case Subject.ADDRESS:
            found = queries.latest_address_change(reader) if choice.person else _change(reader, now)
            missing = _("This person has not asked to change the address.")
        case Subject.NOTICE:
            return _notice(event, choice, reader)
    return _of(found, missing)


def _of(subject: SubjectRecord | None, missing: str) -> About:
    return About({}, subject) if subject is not None else About({}, missing=missing)


def _notice(event: Event, choice: EmailChoice, reader: Registration) -> About:
    """Take the last notice; a made-up reader was there before anything changed."""
    last = next(iter(notices.sent(event)), None)
    if last is None:
        return About({}, missing=_("No notice has been sent for this event"))
    if choice.person is None:
        reader.registered_at = event.created_at
    return About({"notice": last.id})


def _reminder(event: Event, choice: EmailChoice, reader: Registration) -> About:
    rules = of_event(event)
    rule = next((each for each in rules if each.id == choice.rule), next(iter(rules), None))
    if rule is None:
        return About({}, missing=_("This event has no reminders"))
    due_at = due_for(rule, reader, starts_at=event.starts_at)
    facts = {
        "starts_at": int(event.starts_at.timestamp()),
        "due": int(due_at.timestamp()),
    }
    return About(facts, sender=replace(sender(), reminders=lambda _event: [rule]))


def _session(event: Event, choice: EmailChoice) -> About:
    if choice.person is not None:
        place = queries.latest_session_place(choice.person)
        session = place.session if place else None
        return _of(session, _("This person has no place in a session with limited places."))
    session = next(iter(limited_sessions(event, now=event.starts_at)), None)
    return _of(session, _("No session of this event has limited places."))


def _offer(reader: Registration, now: datetime) -> Offer:
    mode = reader.waits_for or reader.mode
    return Offer(
        registration=reader,
        mode=mode,
        state=OfferState.OPEN,
        made_at=now,
        ends_at=now + ANSWER_TIME,
    )


def _change(reader: Registration, now: datetime) -> AddressChange:
    return AddressChange(
        registration=reader,
        public_id="",
        new_email=f"new.{ADDRESS}",
        old_email=ADDRESS,
        created_at=now,
        expires_at=now + ANSWER_TIME,
    )
