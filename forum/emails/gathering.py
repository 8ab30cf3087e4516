"""Reading what an email says from the live record, as discreet as its reader wants."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from forum.addresses import one_line
from forum.care.queries import was_welcomed
from forum.care.rules import AFTER_SLIP, NOTE, state_at
from forum.db import Facts
from forum.emails.her_sessions import (
    given_back,
    is_renamed_for,
    noted_for,
    phones_of,
    room_for,
    session_for,
    title_for,
    told,
)
from forum.emails.joining import NOWHERE, begins_at, joining
from forum.emails.kinds import KINDS, OFFER, Afterwards, CalendarMethod
from forum.emails.notice_facts import NoticeFacts
from forum.emails.particulars import Particulars
from forum.emails.queries import Sender, has_kept_place, kept_sessions, was_quiet_time
from forum.emails.reminding import Brought, ReminderTurn
from forum.emails.subjects import SubjectRecord, left_at, offer_end
from forum.events import discretion
from forum.events.contact import line_to_come
from forum.events.discretion import Place, place
from forum.events.models import (
    CalendarMail,
    Event,
    EventStatus,
    Mode,
    Session,
    SessionStatus,
    Venue,
)
from forum.events.phone_rules import Listening
from forum.events.promise_queries import promise_moves, promise_of
from forum.events.promise_words import afterwards, moved_along
from forum.events.rules import Standing, standing
from forum.i18n import _, days_left, speaking
from forum.notices.rules import ChangeKind
from forum.notices.words import Said, teller_for
from forum.registration.company_queries import must_agree
from forum.registration.models import AddressChange, CareState, Offer, Registration, Source, Status
from forum.registration.rules import clock_of, takes_again
from forum.tongues import reading_in

NO_WORDS: Mapping[str, str] = MappingProxyType({})
NO_FACTS: Facts = {}
CONFIRMED = Status.CONFIRMED
WITH_COMPANY = {"cancellation", "mode_changed"}
"""Emails that say who stays as they are."""
COMES_NOW = {"mode_changed", "promoted"}
"""Emails to who may come from now on, without a place in any small session yet."""
ABOUT_WAITING = {"waitlist", "reminder", "mode_changed", "offer_lapsed"}
"""Emails that say her number in the line."""
SAY_HOW_SHE_STANDS = {
    *ABOUT_WAITING,
    "confirmation",
    "details_changed",
    "my_link",
    "notice",
    "pause_over",
}
"""Emails that say of a place that is kept for her answer."""


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
    facts: Facts = NO_FACTS,
    is_right_again: bool = False,
    number: int = 1,
) -> Particulars:
    """Read the facts of an email from the live record, as discreet as its reader wants.

    `facts` are those of its message: what has happened, as far as no record says it.
    """
    programme = sender.programme
    event = subject if isinstance(subject, Event) else registration.event
    offer = subject if isinstance(subject, Offer) and email == "offer" else None
    mode = offer.mode if offer else registration.mode
    waits = registration.waits_for is not None
    is_told = waits and email in SAY_HOW_SHE_STANDS
    kept = _kept(registration, sender, now) if is_told else None
    says_number = waits and email in ABOUT_WAITING and kept is None
    is_quiet = state_at(registration, now=now) == CareState.PAUSED
    is_invitation = KINDS[email].is_invitation
    modes = _in_order(sender.modes(event)) if is_invitation else ()
    is_there = Mode.IN_PERSON in modes if is_invitation else mode == Mode.IN_PERSON
    listening = Listening() if is_there else sender.listening(event)
    watches = mode == Mode.WEBCAST and not is_invitation
    way = joining(event, sender.streamed(event), now=now) if watches else NOWHERE
    heard = listening.hours if mode == Mode.PHONE and not is_invitation else ()
    first = way.starts_at or next((each.starts_at for each in heard), None)
    starts_for_her = begins_at(event, first, registration.timezone)
    left = days_left(event.starts_at, clock_of(registration), now=now)
    return Particulars(
        email=email,
        language=registration.language,
        sender=one_line(programme.quiet_name),
        title=title_for(event, registration),
        title_noted=noted_for(title_for(event, registration), registration),
        is_renamed=is_renamed_for(event, registration) and _introduces(email, registration),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        event_zone=event.timezone,
        own_zone=registration.timezone,
        clock=_clock(event, registration, is_there=is_there, is_invitation=is_invitation),
        slug=event.slug,
        mode=mode,
        waits_for=registration.waits_for,
        switch_to=_other_way(registration, sender),
        is_waiting=registration.status == Status.WAITLISTED,
        keeps_place=registration.status == Status.CONFIRMED and registration.waits_for is not None,
        is_off=event.status == EventStatus.CANCELLED,
        is_over=now >= event.ends_at or KINDS[email].afterwards == Afterwards.ONLY,
        joining=way,
        begins_at=starts_for_her,
        must_agree=must_agree(registration),
        is_from_desk=registration.source == Source.ORGANIZER,
        number=number,
        place=_place(sender.venue, registration) if sender.venue and is_there else None,
        phones=phones_of(listening, now),
        has_more_to_hear=listening.has_others,
        reach=(
            ("contact_email", programme.contact_email),
            ("contact_phone", programme.contact_phone),
            ("phone_hours", programme.phone_hours),
            ("text_number", programme.text_number),
            ("timezone", programme.timezone),
        ),
        day_line=line_to_come(event, programme, now),
        line_number=sender.line_number(registration) if says_number else None,
        has_other_ways=len(sender.modes(event)) > 1,
        modes=modes,
        is_open=_is_open(email, registration, event, now=now),
        has_company=email in WITH_COMPANY and bool(sender.company(registration)),
        had_only_waited=bool(facts.get("only_waited")),
        is_by_desk=bool(facts.get("by_desk")),
        is_repeat=bool(facts.get("again")),
        hers=told(facts, registration.language)._replace(
            waits_for_two=says_number and sender.partner(registration) is not None,
            offer_end=offer_end(subject) if email in {OFFER, "offer_lapsed"} else "",
            has_told_needs=registration.needs_sealed is not None,
            given_back=given_back(facts, registration, sender.session_places, now=now),
            joins_at=way.opens_after(now) if left in {0, 1} else None,
        ),
        is_right_again=is_right_again,
        chooses_again=email in COMES_NOW and _chooses_again(registration, sender, now),
        has_begun=now >= starts_for_her,
        days_left=left,
        opens_at=event.registration_opens_at if is_invitation else None,
        asked_at=title_for(registration.event, registration) if is_invitation else "",
        answer_until=_answer_until(kept or subject),
        is_for_two=any(each and each.partner_id is not None for each in (offer, kept)),
        is_offered=kept is not None,
        has_new_address=isinstance(subject, AddressChange) and bool(subject.new_email),
        is_read_still=isinstance(subject, AddressChange) and bool(left_at(subject)),
        session=session_for(subject, registration) if isinstance(subject, Session) else None,
        recording=_recording(registration, sender, now) if email in {NOTE, "my_link"} else (),
        is_quiet=is_quiet,
        quiet_until=registration.care_until if is_quiet else None,
        had_quiet=email != NOTE or (not facts.get(AFTER_SLIP) and was_quiet_time(registration)),
        has_new_place=email == NOTE and _has_new_place(registration),
        brought=brought,
        offers=offers,
        **(
            _kept_sessions(registration, now)
            if email == NOTE
            else _places(email, registration, sender, turn, brought, now)
        ),
        is_about_wait=_is_about_wait(registration, turn),
        is_passed_over=registration.waits_for is not None and not registration.wants_offers,
        is_stoppable=KINDS[email].stop is not None,
        calendar=calendar,
        is_kept_by_hand=calendar is None and event.calendar_mail != CalendarMail.REQUEST,
        own_words=_in_language(own_words or _words_of(subject), registration.language),
        **(
            _of_notice(subject, registration, sender, now)
            if isinstance(subject, NoticeFacts)
            else {}
        ),
    )


def _is_open(email: str, registration: Registration, event: Event, *, now: datetime) -> bool:
    """Tell whether an email says that one can register now, after canceling in the same way."""
    if email == "cancellation":
        return takes_again(event, registration.mode, now=now)
    return email == "invitation" and standing(event, now) == Standing.OPEN


def _chooses_again(registration: Registration, sender: Sender, now: datetime) -> bool:
    """Tell whether she comes, has no small session, and there are some to choose."""
    if registration.mode != Mode.IN_PERSON or registration.status != CONFIRMED:
        return False
    is_limited = _has_small_sessions(registration.event, now)
    return is_limited and not sender.session_places(registration)


def _has_small_sessions(event: Event, now: datetime) -> bool:
    """Tell whether there is still a session to choose; asked once for all emails of an event."""
    return any(
        each.capacity is not None and each.status == SessionStatus.SCHEDULED and each.ends_at > now
        for each in event.sessions
    )


def _places(  # noqa: PLR0913, PLR0917 - what an email depends on
    email: str,
    registration: Registration,
    sender: Sender,
    turn: ReminderTurn | None,
    brought: tuple[Brought, ...],
    now: datetime,
) -> dict[str, Any]:
    """Return the sessions with limited places that an email names, by how she stands in them."""
    is_here = registration.mode == Mode.IN_PERSON
    has_some = is_here and _has_small_sessions(registration.event, now)
    about = turn.session_ids if turn else frozenset()
    is_first = email == "confirmation" and has_some
    fits = has_some and not about
    wants_all = is_first or any(_brings_sessions(each.blocks, fits) for each in brought)
    if not wants_all and not about:
        return {}
    held = sender.session_places(registration)
    named = {
        status: tuple(
            session_for(session, registration)
            for session, standing in held.items()
            if standing == status
            and (session.id in about or (wants_all and (is_first or status == CONFIRMED)))
        )
        for status in (CONFIRMED, Status.WAITLISTED)
    }
    return {"sessions": named[CONFIRMED], "waited": named[Status.WAITLISTED]}


def _brings_sessions(blocks: tuple[str, ...] | None, fits: bool) -> bool:  # noqa: FBT001 - said once, right above
    """Tell whether a reminder names all her sessions: where it says so, or brings what fits."""
    return fits if blocks is None else "sessions" in blocks


def _kept_sessions(registration: Registration, now: datetime) -> dict[str, Any]:
    """Return the sessions of which no email has told her while there was silence."""
    kept = [] if registration.id is None else kept_sessions(registration, now=now)
    return {
        "sessions": tuple(session_for(each.session, registration) for each in kept),
        "has_new_session": any(each.is_new for each in kept),
    }


def _has_new_place(registration: Registration) -> bool:
    """Tell whether a place became hers in a silence; it is hers still, and she was told nothing."""
    is_stored = registration.id is not None
    return is_stored and registration.status == CONFIRMED and has_kept_place(registration)


def _is_about_wait(registration: Registration, turn: ReminderTurn | None) -> bool:
    """Tell whether this is a reminder of what she waits for."""
    if turn is None or registration.waits_for is None:
        return False
    return any(rule.is_for_waitlist and rule.session_id is None for rule in turn.rules or ())


def _clock(event: Event, registration: Registration, *, is_there: bool, is_invitation: bool) -> str:
    """Return the zone that is said first: of an invitation, the event's if one can come to it."""
    if not is_invitation:
        return clock_of(registration)
    return event.timezone if is_there else registration.timezone


def _introduces(email: str, registration: Registration) -> bool:
    """Tell whether an email may be the first to her, so that it says what it calls the event.

    An offer may come before any word of waiting was sent.
    """
    return email not in {OFFER, "promoted"} or not was_welcomed(registration)


def _place(venue: Venue, registration: Registration) -> Place:
    is_full, language = not registration.is_discreet, registration.language
    found = place(venue, is_full=is_full, language=language)
    return found._replace(arrival=noted_for(found.arrival, registration))


def _in_order(modes: frozenset[Mode]) -> tuple[Mode, ...]:
    return tuple(mode for mode in Mode if mode in modes)


def _other_way(registration: Registration, sender: Sender) -> Mode | None:
    """Return the obvious other way to attend: whoever would come could watch instead."""
    if registration.mode != Mode.IN_PERSON:
        return None
    return Mode.WEBCAST if Mode.WEBCAST in sender.modes(registration.event) else None


def _kept(registration: Registration, sender: Sender, now: datetime) -> Offer | None:
    """Return the place that is kept for her answer now: to her, she is no number in a line."""
    offer = sender.open_offer(registration)
    return offer if offer is not None and now < offer.ends_at else None


def _answer_until(subject: SubjectRecord | None) -> datetime | None:
    if isinstance(subject, Offer):
        return subject.ends_at
    return subject.expires_at if isinstance(subject, AddressChange) else None


def _words_of(subject: SubjectRecord | None) -> Mapping[str, str]:
    return subject.words if isinstance(subject, NoticeFacts) else NO_WORDS


def _in_language(words: Mapping[str, str], language: str) -> str:
    """Return the desk's own sentence in a language, or else in the one that there is."""
    return words.get(language) or next(iter(words.values()), "")


def _of_notice(
    facts: NoticeFacts, registration: Registration, sender: Sender, now: datetime
) -> dict[str, Any]:
    """Return the facts of a notice, its changes as she is told of them."""
    is_full = not registration.is_discreet
    teller = teller_for(
        sender.rooms(),
        title_of=lambda session: noted_for(title_for(session, registration), registration),
        name_of=lambda room: one_line(room_for(room, registration)),
        clocks=registration.clocks,
        address_of=lambda text: discretion.said(text, is_full=is_full),
    )
    with speaking(registration.language), reading_in(registration.timezone):
        told = teller.said(facts.changes)
        told += _promised(registration.event, facts, sender, now)
    return {
        "occasion": str(facts.occasion),
        "was": str(facts.was or ""),
        "changes": told,
        "is_elsewhere": facts.is_elsewhere,
        "tells_of_renamed": any(
            each.session and is_renamed_for(each.session, registration) for each in facts.changes
        ),
    }


def _promised(event: Event, facts: NoticeFacts, sender: Sender, now: datetime) -> tuple[Said, ...]:
    """Return that recordings are promised by another day, where the event's move has moved it."""
    for each in facts.changes:
        if each.session is None and ChangeKind.MOVED in each.kinds:
            ended_at = datetime.fromisoformat(each.before["ends_at"])
            zone = sender.programme.timezone
            if moves := promise_moves(event, ended_at, zone=zone, now=now):
                return (Said(_("Recordings"), (moved_along(*moves),)),)
    return ()


def _recording(registration: Registration, sender: Sender, now: datetime) -> tuple[str, ...]:
    """Return what is said of the recordings once the event is over."""
    event, zone = registration.event, sender.programme.timezone
    with speaking(registration.language):
        promise = promise_of(event, zone=zone, now=now)
        said = afterwards(event, promise)
        if promise is not None and promise.is_open:
            said.append(_("Your page says how it stands."))
        return tuple(said)
