"""The one function that writes emails: from the live record, at the moment of sending."""

import hashlib
from datetime import datetime, timedelta

from forum import links
from forum.accounts.models import SignInLink
from forum.config import current_settings
from forum.db import db
from forum.emails import decision, invitations, queries
from forum.emails.addresses import hint, known_as, one_line
from forum.emails.kinds import KINDS, SIGN_IN, CalendarMethod
from forum.emails.letter import Later, Letter, Mailbox, Silence
from forum.emails.matters import Thing, matter_of, recipient
from forum.emails.particulars import Particulars, gather
from forum.emails.queries import House
from forum.emails.rendering import Personal, personal, render
from forum.events.models import Programme
from forum.i18n import _, speaking
from forum.outbox.models import Message
from forum.registration.models import AddressChange, Registration
from forum.reminders import rules


def write(
    message: Message, now: datetime, *, house: House | None = None
) -> Letter | Silence | Later:
    """Return the email that a message stands for, or the reason for not sending it (now).

    Reads everything anew: the text is that of this moment, in the reader's language and in words
    as discreet as she wants. `now` is aware; `house` is given by one who has read it already.
    Raises KeyError for an email that does not exist.
    """
    house = house or queries.house()
    if message.email == SIGN_IN:
        return _to_organizer(message, house, now)
    registration = message.registration
    if registration is None:
        return Silence(_("The registration is gone."))
    thing = matter_of(message)
    return decision.refusal(message, registration, thing, now=now) or _to_attendee(
        message, registration, thing, house, now
    )


def message_id(message: Message) -> str:
    """Return the Message-ID without brackets: the same on every try and on every machine."""
    domain = current_settings().mail_default_sender.rpartition("@")[2]
    digest = hashlib.sha256(message.dedupe_key.encode()).hexdigest()[:32]
    return f"{message.email}.{digest}@{domain}"


def _to_attendee(
    message: Message, registration: Registration, thing: Thing | None, house: House, now: datetime
) -> Letter:
    kind = KINDS[message.email]
    to = recipient(message.email, registration, thing) or Mailbox("", "")
    does = invitations.method(kind, registration)
    about = gather(
        message.email,
        registration,
        house,
        thing,
        now=now,
        leads=_leads(message, registration, house),
        offers=tuple(message.facts.get("offers", ())),
        calendar=does,
    )
    stop_link = links.unsubscribe_link(registration) if kind.is_reminder else None
    words = personal(about, _personal(registration, thing, about, stop_link))
    with speaking(registration.language):
        calendar = invitations.part(does, registration, house)
    return Letter(
        sender=_sender(house.programme),
        to=to,
        reply_to=_reply_to(house.programme),
        subject=_subject(words.subject, to, registration, house),
        text=words.text,
        html=words.html,
        message_id=message_id(message),
        written_at=now,
        unsubscribe_url=stop_link,
        calendar=calendar,
    )


def _personal(
    registration: Registration, thing: Thing | None, about: Particulars, stop_link: str | None
) -> Personal:
    reader = Personal(
        name=registration.name,
        my_token=links.my_token(registration),
        stop_link=stop_link or "",
    )
    if isinstance(thing, AddressChange):
        token = links.token("address", thing.public_id, 1)
        return reader._replace(address_token=token, address_hint=hint(thing.new_email))
    if about.must_agree and registration.companion_of is not None:
        return reader._replace(host=registration.companion_of.name)
    return reader


def _subject(subject: str, to: Mailbox, registration: Registration, house: House) -> str:
    """Return a subject that says whose it is, where two people read one mailbox."""
    if to.address != registration.email or not house.shares_mailbox(registration):
        return subject
    return f"{known_as(registration.name)}: {subject}"


def _to_organizer(message: Message, house: House, now: datetime) -> Letter | Silence:
    organizer = message.organizer
    if organizer is None or not organizer.is_active:
        return Silence(_("This organizer may no longer sign in."))
    if message.useful_until and now > message.useful_until:
        return Silence(_("The sign-in link has expired."))
    sign_in = db.session.get(SignInLink, message.facts["link"])
    if sign_in is None or sign_in.used_at is not None:
        return Silence(_("The sign-in link has been used."))
    token = links.token("sign-in", sign_in.public_id, 1)
    words = render(
        SIGN_IN,
        lang="en",
        name=one_line(organizer.name),
        house=house.programme.quiet_name,
        link=links.absolute("accounts.open_link", token=token),
    )
    return Letter(
        sender=_sender(house.programme),
        to=Mailbox(organizer.name, organizer.email),
        reply_to=_reply_to(house.programme),
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=message_id(message),
        written_at=now,
    )


def _leads(message: Message, registration: Registration, house: House) -> tuple[timedelta, ...]:
    """Return whose advice to give: a reminder's own, or that of those a late person missed."""
    kind = KINDS[message.email]
    if kind.is_reminder:
        return (rules.lead_time(message.facts["lead"]),)
    if kind.calendar == CalendarMethod.REQUEST:
        return tuple(_missed(registration, house, message.created_at))
    return ()


def _missed(registration: Registration, house: House, at: datetime) -> list[timedelta]:
    """Return the leads of the reminders for this person that had gone out by an instant."""
    event = registration.event
    return [
        rules.lead_time(each.lead)
        for each in house.reminders(event)
        if (each.modes is None or registration.mode in each.modes)
        and at
        > rules.due_at(
            each.lead,
            each.local_time,
            starts_at=event.starts_at,
            zone=registration.timezone,
            quiet_days=registration.quiet_days,
        )
    ]


def _sender(programme: Programme) -> Mailbox:
    return Mailbox(programme.quiet_name, current_settings().mail_default_sender)


def _reply_to(programme: Programme) -> Mailbox:
    address = current_settings().mail_reply_to or programme.contact_email
    return Mailbox(programme.quiet_name, address)
