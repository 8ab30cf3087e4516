"""The one function that writes emails: from the live record, at the moment of sending."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from forum import links
from forum.accounts.models import Organizer, SignInLink
from forum.addresses import hint, known_as, one_line
from forum.care.rules import NOTE
from forum.config import current_settings
from forum.db import db
from forum.emails import decision, invitations, notice_facts, queries, reminding
from forum.emails.gathering import NO_WORDS, gather
from forum.emails.kinds import (
    KINDS,
    NUMBERED,
    SIGN_IN,
    TO_ORGANIZERS,
    WELCOME,
    CalendarMethod,
    EmailKind,
)
from forum.emails.letter import Later, Letter, Mailbox, Preview, Silence
from forum.emails.notice_facts import NoticeFacts
from forum.emails.particulars import Particulars
from forum.emails.queries import Sender
from forum.emails.reminding import Brought, ReminderTurn
from forum.emails.rendering import Personal, personal, render
from forum.emails.subjects import SubjectRecord, is_read_by_others, recipient, subject_of
from forum.events.models import Event, EventStatus, Programme
from forum.i18n import _, day_in_words, moment_in_words, speaking
from forum.notices.end_queries import words_of_end
from forum.notices.models import Notice
from forum.outbox import marks
from forum.outbox.models import Message
from forum.privacy.consents import counts_until, invitation_agreement
from forum.privacy.rules import INVITED
from forum.registration.models import AddressChange, Registration, Status
from forum.tongues import reading_in


def write(
    message: Message, now: datetime, *, sender: Sender | None = None
) -> Letter | Silence | Later:
    """Return the email that a message stands for, or the reason for not sending it (now).

    Reads everything anew: the text is that of this moment, in the reader's language and in words
    as discreet as she wants. `now` is aware; `sender` is given by one who has read it already.
    Raises KeyError for an email that does not exist.
    """
    sender = sender or queries.sender()
    if message.email in TO_ORGANIZERS:
        return _to_organizer(message, sender, now)
    registration = message.registration
    if registration is None:
        return Silence(_("The registration is gone."))
    subject = subject_of(message, sender, now=now)
    turn = _turn(message, registration, sender, now)
    refusal = decision.refusal(
        message, registration, subject, turn=turn, now=now, blocked=sender.blocked
    )
    if refusal is not None:
        return refusal
    draft = _Draft(message, registration, sender, now, subject, turn, _own_words(message))
    return _to_attendee(draft, _keys(message.email, registration, subject))


def preview(
    message: Message,
    now: datetime,
    *,
    subject: SubjectRecord | None = None,
    sender: Sender | None = None,
) -> Preview:
    """Return an email as it would be written now, and why it would not be sent now.

    For an organizer's eyes: none of its personal links opens anything. The message need not be
    stored, and neither need its registration. `subject` is what it is about besides the
    registration, where that is not stored either. `sender` and errors are as for `write`.
    """
    sender = sender or queries.sender()
    if message.email in TO_ORGANIZERS:
        return _preview_to_organizer(message, sender, now)
    registration = message.registration
    if registration is None:
        return Preview(None, _("The registration is gone."))
    subject = subject or subject_of(message, sender, now=now)
    turn = _turn(message, registration, sender, now)
    refusal = decision.refusal(
        message, registration, subject, turn=turn, now=now, blocked=sender.blocked
    )
    why_not = refusal.reason if refusal else None
    if subject is None and KINDS[message.email].subject:
        return Preview(None, why_not)
    draft = _Draft(message, registration, sender, now, subject, turn, _own_words(message))
    return Preview(_to_attendee(draft, _dead_keys(message.email, registration, subject)), why_not)


def sample(  # noqa: PLR0913 - what it says, by name
    email: str,
    registration: Registration,
    subject: SubjectRecord | None,
    now: datetime,
    *,
    own_words: Mapping[str, str] = NO_WORDS,
    sender: Sender | None = None,
) -> Letter:
    """Return an email as it would be written to somebody who is not in the database.

    `own_words` is a sentence of the desk's own, by language, for a `subject` that brings none;
    `sender` is as for `write`. No personal link in it opens anything.
    """
    message = Message(email=email, facts={}, dedupe_key="sample", created_at=now)
    sender = sender or queries.sender()
    draft = _Draft(message, registration, sender, now, subject, own_words=own_words)
    return _to_attendee(draft, _dead_keys(email, registration, subject))


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


def _keys(email: str, registration: Registration, subject: SubjectRecord | None) -> _Keys:
    stop = KINDS[email].stop
    return _Keys(
        links.my_token(registration),
        links.token("address", subject.public_id, 1) if isinstance(subject, AddressChange) else "",
        links.unsubscribe_link(registration, stop) if stop else None,
    )


def _dead_keys(email: str, registration: Registration, subject: SubjectRecord | None) -> _Keys:
    dead = links.dead_token()
    stop_link = links.dead_unsubscribe_link(registration.language) if KINDS[email].stop else None
    return _Keys(dead, dead if isinstance(subject, AddressChange) else "", stop_link)


@dataclass(frozen=True, slots=True)
class _Draft:
    """What an email to an attendee is written from."""

    message: Message
    registration: Registration
    sender: Sender
    now: datetime
    subject: SubjectRecord | None = None
    turn: ReminderTurn | None = None
    own_words: Mapping[str, str] = field(default_factory=lambda: NO_WORDS)


def _to_attendee(draft: _Draft, keys: _Keys) -> Letter:
    message, registration, sender = draft.message, draft.registration, draft.sender
    kind = KINDS[message.email]
    to = recipient(message.email, registration, draft.subject) or Mailbox("", "")
    does = invitations.method(_as_needed(kind, draft), registration)
    about = _particulars(draft, does)
    words = personal(about, _personal(registration, draft.subject, about, keys, draft))
    with speaking(registration.language), reading_in(registration.timezone):
        calendar = invitations.part(does, registration, sender)
    return Letter(
        sender=_from_line(sender.programme, is_invitation=kind.is_invitation),
        to=to,
        reply_to=_reply_to(sender.programme),
        subject=_subject(words.subject, to, draft),
        text=words.text,
        html=words.html,
        message_id=message_id(message),
        written_at=draft.now,
        unsubscribe_url=keys.stop_link,
        list_id=_list_id() if kind.is_invitation else None,
        calendar=calendar,
        mark=marks.mark_of(message),
        metadata=_metadata(message),
        facts=notice_facts.kept(message, about, draft.subject),
    )


def _as_needed(kind: EmailKind, draft: _Draft) -> EmailKind:
    """Let a notice, and the note after a silence, bring the reader's entry where that has changed.

    The note also takes it away where the event was canceled meanwhile.
    """
    subject, registration = draft.subject, draft.registration
    if isinstance(subject, NoticeFacts) and subject.changes_entry:
        kind = replace(kind, calendar=CalendarMethod.REQUEST)
    if draft.message.email != NOTE:
        return kind
    if registration.event.status == EventStatus.CANCELLED:
        told = queries.was_told_of_the_end(registration)
        return replace(kind, calendar=None if told else CalendarMethod.CANCEL)
    if registration.status == Status.CONFIRMED and queries.is_entry_behind(registration):
        return replace(kind, calendar=CalendarMethod.REQUEST)
    return kind


def _own_words(message: Message) -> Mapping[str, str]:
    """Return the desk's own sentence about an event that is canceled, also to who is told later."""
    if message.email == NOTE and message.registration:
        return words_of_end(message.registration.event)
    number = message.facts.get("notice") if message.email == "event_cancelled" else None
    notice = None if number is None else db.session.get(Notice, number)
    return NO_WORDS if notice is None else notice.words


def _personal(
    registration: Registration,
    subject: SubjectRecord | None,
    about: Particulars,
    keys: _Keys,
    draft: _Draft,
) -> Personal:
    sender, now = draft.sender, draft.now
    reader = Personal(
        name=registration.name,
        my_token=keys.my_token,
        stop_link=keys.stop_link or "",
        host=_host(registration, about),
        company=_company(registration, sender) if about.has_company else "",
    )
    if isinstance(subject, AddressChange):
        hinted = hint(subject.new_email)
        return reader._replace(address_token=keys.address_token, address_hint=hinted)
    if isinstance(subject, Event):
        return _invited(reader, registration, now)
    return reader


def _host(registration: Registration, about: Particulars) -> str:
    """Return who registered her, until she has said yes to it herself."""
    host = registration.companion_of if about.must_agree else None
    return "" if host is None else host.name


def _company(registration: Registration, sender: Sender) -> str:
    """Return the names of those who stay registered when she cancels."""
    return ", ".join(each.name for each in sender.company(registration))


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


def _subject(subject: str, to: Mailbox, draft: _Draft) -> str:
    """Return a subject that says whose it is, where two people read one mailbox."""
    if not is_read_by_others(to, draft.registration, draft.subject, draft.sender):
        return subject
    return f"{known_as(to.name)}: {subject}"


def _to_organizer(message: Message, sender: Sender, now: datetime) -> Letter | Silence:
    organizer = message.organizer
    if organizer is None or not organizer.is_active:
        return Silence(_("This organizer may no longer sign in."))
    if message.email != SIGN_IN:
        return _letter_to_organizer(message, organizer, sender, now)
    if message.useful_until and now > message.useful_until:
        return Silence(_("The sign-in link has expired."))
    sign_in = db.session.get(SignInLink, message.facts["link"])
    if sign_in is None or sign_in.used_at is not None:
        return Silence(_("The sign-in link has been used."))
    token = links.token("sign-in", sign_in.public_id, 1)
    return _letter_to_organizer(message, organizer, sender, now, token)


def _preview_to_organizer(message: Message, sender: Sender, now: datetime) -> Preview:
    decided = _to_organizer(message, sender, now) if message.facts else None
    why_not = decided.reason if isinstance(decided, Silence) else None
    if message.organizer is None:
        return Preview(None, why_not)
    token = links.dead_token() if message.email == SIGN_IN else ""
    return Preview(_letter_to_organizer(message, message.organizer, sender, now, token), why_not)


def _letter_to_organizer(
    message: Message, organizer: Organizer, sender: Sender, now: datetime, token: str = ""
) -> Letter:
    """Write what an organizer is told: her link, that she may work here, or of her passkeys."""
    lang = message.facts.get("language", "en")
    said = {} if lang == "en" else {"lang": lang}
    is_new = message.email == WELCOME
    page = links.absolute("accounts.sign_in" if is_new else "organizer.me", **said)
    with speaking(lang):
        words = render(
            message.email,
            lang=lang,
            name=one_line(organizer.name),
            sender=sender.programme.quiet_name,
            when=moment_in_words(message.created_at or now, sender.programme.timezone),
            role=organizer.role,
            by=_name_of(message.facts.get("by")),
            is_own=message.facts.get("is_own", True),
            link=links.absolute("accounts.open_link", token=token, **said) if token else page,
        )
    return Letter(
        sender=_from_line(sender.programme),
        to=Mailbox(organizer.name, organizer.email),
        reply_to=_reply_to(sender.programme),
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=message_id(message),
        written_at=now,
        mark=marks.mark_of(message),
        metadata=_metadata(message),
    )


def _name_of(organizer_id: int | None) -> str:
    """Return the name of whoever did something; nothing for an operator."""
    organizer = db.session.get(Organizer, organizer_id) if organizer_id else None
    return one_line(organizer.name) if organizer else ""


def _turn(
    message: Message, registration: Registration, sender: Sender, now: datetime
) -> ReminderTurn | None:
    if not KINDS[message.email].is_reminder:
        return None
    return reminding.turn_of(message, registration, sender, now=now)


def _particulars(draft: _Draft, does: CalendarMethod | None) -> Particulars:
    """Gather the facts, with a reminder's own advice, or that of those a late person missed."""
    message, registration, turn = draft.message, draft.registration, draft.turn
    brought: tuple[Brought, ...] = ()
    if turn is not None:
        brought = reminding.brought(message, turn, registration.language)
    elif KINDS[message.email].calendar == CalendarMethod.REQUEST:
        brought = reminding.missed(registration, draft.sender, message.created_at)
    return gather(
        message.email,
        registration,
        draft.sender,
        draft.subject,
        now=draft.now,
        turn=turn,
        brought=brought,
        offers=reminding.offers(message, turn) if turn else (),
        calendar=does,
        own_words=draft.own_words,
        facts=message.facts,
        is_right_again=queries.corrects(message, registration),
        number=_number(draft),
    )


def _number(draft: _Draft) -> int:
    """Return how many emails like this one she has had with it, where several may be alike."""
    is_one = draft.message.email not in NUMBERED
    return 1 if is_one else reminding.number_of(draft.message, draft.registration, draft.sender)


def _from_line(programme: Programme, *, is_invitation: bool = False) -> Mailbox:
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
