"""Reading what an email says from the live record, as discreet as its reader wants."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from forum.addresses import one_line
from forum.care.rules import NOTE
from forum.emails.kinds import KINDS, Afterwards, CalendarMethod
from forum.emails.notice_facts import NoticeFacts
from forum.emails.particulars import HerSession, Particulars, PhoneLine
from forum.emails.queries import Sender, was_quiet_time
from forum.emails.reminding import Brought, ReminderTurn
from forum.emails.subjects import SubjectRecord
from forum.events import words
from forum.events.contact import day_line
from forum.events.discretion import Place, place, room_name
from forum.events.models import CalendarMail, Event, EventStatus, Mode, Room, Session, Venue
from forum.events.rules import Standing, join_opens, standing
from forum.i18n import days_left, speaking
from forum.notices.words import teller_for
from forum.privacy.consents import has_agreed
from forum.privacy.models import ConsentPurpose
from forum.registration.models import AddressChange, Offer, Registration, Status
from forum.tongues import Spoken, is_renamed, noted, say

NO_WORDS: Mapping[str, str] = MappingProxyType({})
CONFIRMED = Status.CONFIRMED
SAY_WHETHER_OPEN = {"invitation", "cancellation"}
"""Emails that say whether one can register now."""


def gather(  # noqa: PLR0913 - what an email depends on, by name
    email: str,
    registration: Registration,
    sender: Sender,
    subject: SubjectRecord | None = None,
    *,
    now: datetime,
    turn: ReminderTurn | None = None,
    brought: tuple[Brought, ...] = (),
    offers: tuple[str, ...] = (),
    calendar: CalendarMethod | None = None,
    own_words: Mapping[str, str] = NO_WORDS,
    had_only_waited: bool = False,
    is_repeat: bool = False,
) -> Particulars:
    """Read the facts of an email from the live record, as discreet as its reader wants."""
    programme = sender.programme
    event = subject if isinstance(subject, Event) else registration.event
    offer = subject if isinstance(subject, Offer) and email == "offer" else None
    mode = offer.mode if offer else registration.mode
    is_invitation = KINDS[email].is_invitation
    modes = _in_order(sender.modes(event)) if is_invitation else ()
    is_there = Mode.IN_PERSON in modes if is_invitation else mode == Mode.IN_PERSON
    return Particulars(
        email=email,
        language=registration.language,
        sender=one_line(programme.quiet_name),
        title=_title(event, registration),
        title_noted=_noted(_title(event, registration), registration),
        is_renamed=_is_renamed(event, registration),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        event_zone=event.timezone,
        own_zone=registration.timezone,
        slug=event.slug,
        mode=mode,
        waits_for=registration.waits_for,
        switch_to=_other_way(registration, sender),
        is_waiting=registration.status == Status.WAITLISTED,
        keeps_place=registration.status == Status.CONFIRMED and registration.waits_for is not None,
        is_off=event.status == EventStatus.CANCELLED,
        is_over=now >= event.ends_at or KINDS[email].afterwards == Afterwards.ONLY,
        opens_before=join_opens(event) // timedelta(minutes=1),
        must_agree=_must_agree(registration),
        place=_place(sender.venue, registration) if sender.venue and is_there else None,
        phones=() if is_there else _phones(sender.phone_rooms(event), registration),
        reach=(
            ("contact_email", programme.contact_email),
            ("contact_phone", programme.contact_phone),
            ("phone_hours", programme.phone_hours),
            ("text_number", programme.text_number),
            ("timezone", programme.timezone),
        ),
        day_line=day_line(event, programme),
        line_number=sender.line_number(registration) if email == "waitlist" else None,
        modes=modes,
        is_open=email in SAY_WHETHER_OPEN and standing(event, now) == Standing.OPEN,
        had_only_waited=had_only_waited,
        is_repeat=is_repeat,
        days_left=days_left(event.starts_at, registration.timezone, now=now),
        opens_at=event.registration_opens_at if is_invitation else None,
        asked_at=_title(registration.event, registration) if is_invitation else "",
        answer_until=_answer_until(subject),
        is_for_two=offer is not None and offer.partner_id is not None,
        has_new_address=isinstance(subject, AddressChange) and bool(subject.new_email),
        session=_session(subject, registration) if isinstance(subject, Session) else None,
        recording=_recording(registration) if email == NOTE else (),
        had_quiet=email != NOTE or was_quiet_time(registration),
        brought=brought,
        offers=offers,
        **_places(registration, sender, turn, brought),
        is_about_wait=_is_about_wait(registration, turn),
        is_passed_over=registration.waits_for is not None and not registration.wants_offers,
        is_stoppable=KINDS[email].stop is not None,
        calendar=calendar,
        is_kept_by_hand=calendar is None and event.calendar_mail != CalendarMail.REQUEST,
        own_words=_in_language(own_words or _words_of(subject), registration.language),
        **(_of_notice(subject, registration, sender) if isinstance(subject, NoticeFacts) else {}),
    )


def _places(
    registration: Registration,
    sender: Sender,
    turn: ReminderTurn | None,
    brought: tuple[Brought, ...],
) -> dict[str, Any]:
    """Return the sessions with limited places that an email names, by how she stands in them."""
    wants_all = any("sessions" in (each.blocks or ()) for each in brought)
    about = turn.session_ids if turn else frozenset()
    if not wants_all and not about:
        return {}
    held = sender.session_places(registration)
    named = {
        status: tuple(
            _session(session, registration)
            for session, standing in held.items()
            if standing == status and (session.id in about or (wants_all and status == CONFIRMED))
        )
        for status in (CONFIRMED, Status.WAITLISTED)
    }
    return {"sessions": named[CONFIRMED], "waited": named[Status.WAITLISTED]}


def _is_about_wait(registration: Registration, turn: ReminderTurn | None) -> bool:
    """Tell whether this is a reminder of what she waits for."""
    if turn is None or registration.waits_for is None:
        return False
    return any(rule.is_for_waitlist and rule.session_id is None for rule in turn.rules or ())


def _title(what: Event | Session, registration: Registration) -> Spoken:
    """Return the title that she has chosen, in her language, as pages print it."""
    column = "quiet_title" if registration.is_discreet else "title"
    return say(what, column, registration.language).through(words.shown)


def _is_renamed(event: Event, registration: Registration) -> bool:
    return registration.is_discreet and is_renamed(event, registration.language)


def _noted(text: str, registration: Registration) -> str:
    with speaking(registration.language):
        return noted(text)


def _place(venue: Venue, registration: Registration) -> Place:
    is_full, language = not registration.is_discreet, registration.language
    found = place(venue, is_full=is_full, language=language)
    return found._replace(arrival=_noted(found.arrival, registration))


def _in_order(modes: frozenset[Mode]) -> tuple[Mode, ...]:
    return tuple(mode for mode in Mode if mode in modes)


def _must_agree(registration: Registration) -> bool:
    """Tell whether someone else has registered her, and she has said nothing yet."""
    is_companion = registration.companion_of_id is not None
    return is_companion and not has_agreed(registration, ConsentPurpose.REGISTRATION)


def _other_way(registration: Registration, sender: Sender) -> Mode | None:
    """Return the obvious other way to attend: whoever would come could watch instead."""
    if registration.mode != Mode.IN_PERSON:
        return None
    return Mode.WEBCAST if Mode.WEBCAST in sender.modes(registration.event) else None


def _phones(rooms: Sequence[Room], registration: Registration) -> tuple[PhoneLine, ...]:
    return tuple(PhoneLine(_room(room, registration), f"{room.dial_in}") for room in rooms)


def _room(room: Room | None, registration: Registration) -> str:
    is_full = not registration.is_discreet
    return room_name(room, is_full=is_full, language=registration.language)


def _answer_until(subject: SubjectRecord | None) -> datetime | None:
    if isinstance(subject, Offer):
        return subject.ends_at
    return subject.expires_at if isinstance(subject, AddressChange) else None


def _session(session: Session, registration: Registration) -> HerSession:
    title = _noted(_title(session, registration), registration)
    room = _room(session.room, registration)
    return HerSession(title, session.starts_at, session.ends_at, room)


def _words_of(subject: SubjectRecord | None) -> Mapping[str, str]:
    return subject.words if isinstance(subject, NoticeFacts) else NO_WORDS


def _in_language(words: Mapping[str, str], language: str) -> str:
    """Return the desk's own sentence in a language, or else in the one that there is."""
    return words.get(language) or next(iter(words.values()), "")


def _of_notice(facts: NoticeFacts, registration: Registration, sender: Sender) -> dict[str, Any]:
    """Return the facts of a notice, its changes as she is told of them."""
    event = registration.event
    teller = teller_for(
        sender.rooms(),
        title_of=lambda session: _noted(_title(session, registration), registration),
        name_of=lambda room: one_line(_room(room, registration)),
        event_zone=event.timezone,
        own_zone=registration.timezone,
    )
    with speaking(registration.language):
        told = teller.said(facts.changes)
    return {
        "occasion": str(facts.occasion),
        "was": str(facts.was or ""),
        "changes": told,
        "goes_along": any(each.moves_along for each in facts.changes),
    }


def _recording(registration: Registration) -> tuple[str, ...]:
    with speaking(registration.language):
        return tuple(words.recording(registration.event))
