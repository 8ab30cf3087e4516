"""The one function that writes emails: from the live record, at the moment of sending."""

import hashlib
from dataclasses import replace
from datetime import datetime

from forum import links
from forum.accounts.models import SignInLink
from forum.config import current_settings
from forum.db import db
from forum.emails import decision, invitations, queries, reminding
from forum.emails.addresses import hint, known_as, one_line
from forum.emails.kinds import KINDS, SIGN_IN, CalendarMethod
from forum.emails.letter import Later, Letter, Mailbox, Silence
from forum.emails.matters import Thing, matter_of, recipient
from forum.emails.particulars import Particulars, gather
from forum.emails.queries import House
from forum.emails.reminding import Brought, Turn
from forum.emails.rendering import Personal, Words, personal, render
from forum.events.models import Programme
from forum.i18n import _, speaking
from forum.outbox.models import Message
from forum.registration.models import AddressChange, Registration

HIDDEN = "\N{HORIZONTAL ELLIPSIS}"
"""Stands for what only the reader may have."""


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
    turn = _turn(message, registration, house, now)
    return decision.refusal(message, registration, thing, turn=turn, now=now) or _to_attendee(
        message, registration, thing, turn, house, now
    )


def sample(message: Message, registration: Registration, house: House, now: datetime) -> Words:
    """Return the words of a reminder that is not sent, to be shown at the desk.

    `house` brings the rules that it would be sent by. Its personal links are left out.
    """
    turn = _turn(message, registration, house, now)
    about = _particulars(message, registration, None, turn, house, now)
    return personal(about, Personal(registration.name, HIDDEN, HIDDEN))


def message_id(message: Message) -> str:
    """Return the Message-ID without brackets: the same on every try and on every machine."""
    domain = current_settings().mail_default_sender.rpartition("@")[2]
    digest = hashlib.sha256(message.dedupe_key.encode()).hexdigest()[:32]
    return f"{message.email}.{digest}@{domain}"


def _to_attendee(  # noqa: PLR0913, PLR0917 - what a letter is made of
    message: Message,
    registration: Registration,
    thing: Thing | None,
    turn: Turn | None,
    house: House,
    now: datetime,
) -> Letter:
    kind = KINDS[message.email]
    to = recipient(message.email, registration, thing) or Mailbox("", "")
    about = _particulars(message, registration, thing, turn, house, now)
    stop_link = links.unsubscribe_link(registration) if kind.is_reminder else None
    words = personal(about, _personal(registration, thing, about, stop_link))
    with speaking(registration.language):
        calendar = invitations.part(kind, registration, house)
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
        return replace(reader, address_token=token, address_hint=hint(thing.new_email))
    if about.must_agree and registration.companion_of is not None:
        return replace(reader, host=registration.companion_of.name)
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


def _turn(message: Message, registration: Registration, house: House, now: datetime) -> Turn | None:
    if not KINDS[message.email].is_reminder:
        return None
    return reminding.turn_of(message, registration, house, now=now)


def _particulars(  # noqa: PLR0913, PLR0917 - as for a letter
    message: Message,
    registration: Registration,
    thing: Thing | None,
    turn: Turn | None,
    house: House,
    now: datetime,
) -> Particulars:
    """Gather the facts, with a reminder's own advice, or that of those a late person missed."""
    brought: tuple[Brought, ...] = ()
    if turn is not None:
        brought = reminding.brought(message, turn, registration.language)
    elif KINDS[message.email].calendar == CalendarMethod.REQUEST:
        brought = reminding.missed(registration, house, message.created_at)
    offers = reminding.offers(message, turn) if turn else ()
    return gather(
        message.email,
        registration,
        house,
        thing,
        now=now,
        turn=turn,
        brought=brought,
        offers=offers,
    )


def _sender(programme: Programme) -> Mailbox:
    return Mailbox(programme.quiet_name, current_settings().mail_default_sender)


def _reply_to(programme: Programme) -> Mailbox:
    address = current_settings().mail_reply_to or programme.contact_email
    return Mailbox(programme.quiet_name, address)
