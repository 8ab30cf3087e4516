"""The one function that writes emails: from the live record, at the moment of sending."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from forum import links
from forum.accounts.models import Organizer, SignInLink
from forum.addresses import hint, known_as, one_line
from forum.config import current_settings
from forum.db import db
from forum.emails import decision, invitations, queries, reminding
from forum.emails.kinds import KINDS, SIGN_IN, CalendarMethod, Kind
from forum.emails.letter import Later, Letter, Mailbox, Preview, Silence
from forum.emails.notice_facts import News
from forum.emails.particulars import NO_WORDS, Particulars, gather
from forum.emails.queries import House
from forum.emails.reminding import Brought, Turn
from forum.emails.rendering import Personal, personal, render
from forum.emails.subjects import Thing, matter_of, recipient
from forum.events.models import Event, Programme
from forum.i18n import _, day_in_words, speaking
from forum.notices.models import Notice
from forum.outbox import marks
from forum.outbox.models import Message
from forum.privacy.consents import counts_until, invitation_agreement
from forum.privacy.rules import INVITED
from forum.registration.models import AddressChange, Registration


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
    thing = matter_of(message, house, now=now)
    turn = _turn(message, registration, house, now)
    refusal = decision.refusal(
        message, registration, thing, turn=turn, now=now, blocked=house.blocked
    )
    if refusal is not None:
        return refusal
    draft = _Draft(message, registration, house, now, thing, turn, _own_words(message))
    return _to_attendee(draft, _keys(message.email, registration, thing))


def preview(
    message: Message, now: datetime, *, thing: Thing | None = None, house: House | None = None
) -> Preview:
    """Return an email as it would be written now, and why it would not be sent now.

    For an organizer's eyes: none of its personal links opens anything. The message need not be
    stored, and neither need its registration. `thing` is what it is about besides the
    registration, where that is not stored either. `house` and errors are as for `write`.
    """
    house = house or queries.house()
    if message.email == SIGN_IN:
        return _preview_sign_in(message, house, now)
    registration = message.registration
    if registration is None:
        return Preview(None, _("The registration is gone."))
    thing = thing or matter_of(message, house, now=now)
    turn = _turn(message, registration, house, now)
    refusal = decision.refusal(
        message, registration, thing, turn=turn, now=now, blocked=house.blocked
    )
    why_not = refusal.reason if refusal else None
    if thing is None and KINDS[message.email].matter:
        return Preview(None, why_not)
    draft = _Draft(message, registration, house, now, thing, turn, _own_words(message))
    return Preview(_to_attendee(draft, _dead_keys(message.email, registration, thing)), why_not)


def sample(
    email: str,
    registration: Registration,
    thing: Thing | None,
    now: datetime,
    *,
    own_words: Mapping[str, str] = NO_WORDS,
) -> Letter:
    """Return an email as it would be written to somebody who is not in the database.

    `own_words` is a sentence of the desk's own, by language, for a `thing` that brings none. No
    personal link in it opens anything.
    """
    message = Message(email=email, facts={}, dedupe_key="sample", created_at=now)
    draft = _Draft(message, registration, queries.house(), now, thing, own_words=own_words)
    return _to_attendee(draft, _dead_keys(email, registration, thing))


def message_id(message: Message) -> str:
    """Return the Message-ID without brackets: the same on every try and on every machine.

    It has the message's mark, so that a report that quotes it leads back to the message.
    """
    domain = current_settings().mail_default_sender.rpartition("@")[2]
    return f"{message.email}.{marks.mark_of(message)}@{domain}"


def _metadata(message: Message) -> str:
    """Return the mark for Postmark, which puts a Message-ID and a sender of its own in place."""
    return marks.mark_of(message) if current_settings().postmark_password else ""


@dataclass(frozen=True, slots=True)
class _Keys:
    """What opens the pages that an email leads to."""

    my_token: str
    address_token: str = ""
    stop_link: str | None = None


def _keys(email: str, registration: Registration, thing: Thing | None) -> _Keys:
    stop = KINDS[email].stop
    return _Keys(
        links.my_token(registration),
        links.token("address", thing.public_id, 1) if isinstance(thing, AddressChange) else "",
        links.unsubscribe_link(registration, stop) if stop else None,
    )


def _dead_keys(email: str, registration: Registration, thing: Thing | None) -> _Keys:
    dead = links.dead_token()
    stop_link = links.dead_unsubscribe_link(registration.language) if KINDS[email].stop else None
    return _Keys(dead, dead if isinstance(thing, AddressChange) else "", stop_link)


@dataclass(frozen=True, slots=True)
class _Draft:
    """What an email to an attendee is written from."""

    message: Message
    registration: Registration
    house: House
    now: datetime
    thing: Thing | None = None
    turn: Turn | None = None
    own_words: Mapping[str, str] = field(default_factory=lambda: NO_WORDS)


def _to_attendee(draft: _Draft, keys: _Keys) -> Letter:
    message, registration, house = draft.message, draft.registration, draft.house
    kind = KINDS[message.email]
    to = recipient(message.email, registration, draft.thing) or Mailbox("", "")
    does = invitations.method(_as_needed(kind, draft.thing), registration)
    about = _particulars(draft, does)
    words = personal(about, _personal(registration, draft.thing, about, keys, draft.now))
    with speaking(registration.language):
        calendar = invitations.part(does, registration, house)
    return Letter(
        sender=_sender(house.programme, is_invitation=kind.is_invitation),
        to=to,
        reply_to=_reply_to(house.programme),
        subject=_subject(words.subject, to, registration, house),
        text=words.text,
        html=words.html,
        message_id=message_id(message),
        written_at=draft.now,
        unsubscribe_url=keys.stop_link,
        list_id=_list_id() if kind.is_invitation else None,
        calendar=calendar,
        mark=marks.mark_of(message),
        metadata=_metadata(message),
    )


def _as_needed(kind: Kind, thing: Thing | None) -> Kind:
    """Let a notice bring the reader's entry where that has changed."""
    if isinstance(thing, News) and thing.changes_entry:
        return replace(kind, calendar=CalendarMethod.REQUEST)
    return kind


def _own_words(message: Message) -> Mapping[str, str]:
    """Return the desk's own sentence about an event that is canceled."""
    number = message.facts.get("notice") if message.email == "event_cancelled" else None
    notice = None if number is None else db.session.get(Notice, number)
    return NO_WORDS if notice is None else notice.words


def _personal(
    registration: Registration,
    thing: Thing | None,
    about: Particulars,
    keys: _Keys,
    now: datetime,
) -> Personal:
    reader = Personal(
        name=registration.name,
        my_token=keys.my_token,
        stop_link=keys.stop_link or "",
    )
    if isinstance(thing, AddressChange):
        hinted = hint(thing.new_email)
        return reader._replace(address_token=keys.address_token, address_hint=hinted)
    if isinstance(thing, Event):
        return _invited(reader, registration, now)
    if about.must_agree and registration.companion_of is not None:
        return reader._replace(host=registration.companion_of.name)
    return reader


def _invited(reader: Personal, registration: Registration, now: datetime) -> Personal:
    """Say when she asked to be invited, and how long that counts."""
    agreed = invitation_agreement(registration, now=now)
    agreed_at = agreed.given_at if agreed else now
    until = counts_until(agreed) if agreed else now + INVITED
    with speaking(registration.language):
        return reader._replace(
            agreed_on=day_in_words(agreed_at, registration.timezone),
            kept_until=day_in_words(until, registration.timezone),
        )


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
    return _sign_in(message, organizer, token, house, now)


def _preview_sign_in(message: Message, house: House, now: datetime) -> Preview:
    decided = _to_organizer(message, house, now) if message.facts else None
    why_not = decided.reason if isinstance(decided, Silence) else None
    if message.organizer is None:
        return Preview(None, why_not)
    return Preview(_sign_in(message, message.organizer, links.dead_token(), house, now), why_not)


def _sign_in(
    message: Message, organizer: Organizer, token: str, house: House, now: datetime
) -> Letter:
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
        mark=marks.mark_of(message),
        metadata=_metadata(message),
    )


def _turn(message: Message, registration: Registration, house: House, now: datetime) -> Turn | None:
    if not KINDS[message.email].is_reminder:
        return None
    return reminding.turn_of(message, registration, house, now=now)


def _particulars(draft: _Draft, does: CalendarMethod | None) -> Particulars:
    """Gather the facts, with a reminder's own advice, or that of those a late person missed."""
    message, registration, turn = draft.message, draft.registration, draft.turn
    brought: tuple[Brought, ...] = ()
    if turn is not None:
        brought = reminding.brought(message, turn, registration.language)
    elif KINDS[message.email].calendar == CalendarMethod.REQUEST:
        brought = reminding.missed(registration, draft.house, message.created_at)
    return gather(
        message.email,
        registration,
        draft.house,
        draft.thing,
        now=draft.now,
        turn=turn,
        brought=brought,
        offers=reminding.offers(message, turn) if turn else (),
        calendar=does,
        own_words=draft.own_words,
    )


def _sender(programme: Programme, *, is_invitation: bool = False) -> Mailbox:
    """Return who writes; invitations may have an address of their own, judged apart by servers."""
    settings = current_settings()
    own = settings.mail_invitation_sender if is_invitation else ""
    return Mailbox(programme.quiet_name, own or settings.mail_default_sender)


def _list_id() -> str:
    """Return the name of the list of those who asked to be invited (RFC 2919 2)."""
    settings = current_settings()
    sender = settings.mail_invitation_sender or settings.mail_default_sender
    return f"invitations.{sender.rpartition('@')[2]}"


def _reply_to(programme: Programme) -> Mailbox:
    address = current_settings().mail_reply_to or programme.contact_email
    return Mailbox(programme.quiet_name, address)
