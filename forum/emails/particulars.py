"""What an email says: when, how to join, whom to call, and the advice, each in the same order.

`Particulars` are plain facts, gathered from the live record. They are everything that the words
depend on, besides the reader's name and links; so equal particulars have equal words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from forum.addresses import one_line
from forum.emails.kinds import KINDS, Afterwards, CalendarMethod
from forum.emails.notice_facts import NoticeFacts
from forum.emails.queries import Sender
from forum.emails.reminding import Brought, ReminderTurn
from forum.emails.subjects import SubjectRecord
from forum.events import words
from forum.events.contact import Contact, contact_of
from forum.events.discretion import Place, place, said
from forum.events.models import (
    CalendarMail,
    Event,
    EventStatus,
    Mode,
    Programme,
    Room,
    Session,
)
from forum.events.rules import Standing, standing
from forum.i18n import _, both_zones, day_in_words, speaking
from forum.notices.words import Said, teller_for
from forum.privacy.consents import has_agreed
from forum.privacy.models import ConsentPurpose
from forum.registration.models import AddressChange, Offer, Registration, Status
from forum.registration.rules import JOIN_OPENS

NO_WORDS: Mapping[str, str] = MappingProxyType({})
CONFIRMED = Status.CONFIRMED


class PhoneLine(NamedTuple):
    """A number to listen by, and the room that one hears."""

    room: str
    number: str

    @property
    def href(self) -> str:
        """Return what goes behind `tel:`."""
        return self.number.replace("-", "")


class HerSession(NamedTuple):
    """A session in which she has a place."""

    title: str
    starts_at: datetime
    ends_at: datetime
    room: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """The facts of one email to an attendee. Its words are in the language being spoken.

    `mode` is how she attends, or would with the place she is offered; `waits_for` the mode that
    she waits for, and `keeps_place` whether she has another place meanwhile. `switch_to` is the
    choice that "Attend another way" has made already. `answer_until` is when an offer or a
    question ends, `is_for_two` whether the offer is for a pair, `has_new_address` whether she has
    an address after a change of it. `modes` are the ways to attend that an invitation names,
    `is_open` whether one can register by now, `opens_at` since when, `asked_at` the event at which
    she asked to be invited. `brought` is what the reminders bring whose advice it gives, `offers`
    what a reminder offers, `sessions` those with limited places that it names, `waited` those in
    which she waits for a place. `is_about_wait` is for a reminder to those who wait, and
    `is_passed_over` whether she is offered no place until she says that she still waits.
    `calendar` is what comes along for her calendar, `is_kept_by_hand` that her entry is for her to
    keep right. `changes` is what has changed, `goes_along` whether sessions go along to another
    day, `own_words` a sentence of the desk's, `was` how she stood before her whole event went
    online.
    """

    email: str
    language: str
    sender: str
    title: str
    starts_at: datetime
    ends_at: datetime
    event_zone: str
    own_zone: str
    slug: str
    mode: Mode
    waits_for: Mode | None
    switch_to: Mode | None
    is_waiting: bool
    keeps_place: bool
    is_off: bool
    is_over: bool
    must_agree: bool
    place: Place | None
    phones: tuple[PhoneLine, ...]
    reach: tuple[tuple[str, str], ...]
    modes: tuple[Mode, ...] = ()
    is_open: bool = False
    opens_at: datetime | None = None
    asked_at: str = ""
    answer_until: datetime | None = None
    is_for_two: bool = False
    has_new_address: bool = False
    session: HerSession | None = None
    recording: tuple[str, ...] = ()
    brought: tuple[Brought, ...] = ()
    offers: tuple[str, ...] = ()
    sessions: tuple[HerSession, ...] = ()
    waited: tuple[HerSession, ...] = ()
    is_about_wait: bool = False
    is_passed_over: bool = False
    is_stoppable: bool = False
    calendar: CalendarMethod | None = None
    is_kept_by_hand: bool = False
    occasion: str = ""
    was: str = ""
    own_words: str = ""
    changes: tuple[Said, ...] = ()
    goes_along: bool = False

    @property
    def when(self) -> list[str]:
        """Return day and hours on the reader's clock, then on the event's where they differ."""
        return both_zones(self.starts_at, self.ends_at, self.event_zone, self.own_zone)

    @property
    def day(self) -> str:
        """Return the day as the reader counts it: "Saturday, April 24, 2027"."""
        return day_in_words(self.starts_at, self.own_zone)

    @property
    def until(self) -> list[str]:
        """Return until when an answer counts, on the reader's clock, then on the event's."""
        return self._moments(self.answer_until)

    def _moments(self, at: datetime | None) -> list[str]:
        if at is None:
            return []
        clocks = {at.astimezone(ZoneInfo(zone)).utcoffset(): zone for zone in self._zones}
        return [words.moment(at, zone) for zone in reversed(clocks.values())]

    @property
    def until_day(self) -> str:
        """Return the day on which the time to answer ends."""
        return day_in_words(self.answer_until or self.starts_at, self.own_zone)

    @property
    def ways(self) -> list[str]:
        """Return each way to attend, in words."""
        return [str(words.MODES[mode]) for mode in self.modes]

    @property
    def opens(self) -> list[str]:
        """Return when registration opens, on the reader's clock, then on the event's."""
        return self._moments(self.opens_at)

    @property
    def session_when(self) -> list[str]:
        """Return a session's day and hours on both clocks."""
        return [] if self.session is None else self.hours_of(self.session)

    def hours_of(self, session: HerSession) -> list[str]:
        """Return a session's day and hours on both clocks."""
        return both_zones(session.starts_at, session.ends_at, self.event_zone, self.own_zone)

    @property
    def _zones(self) -> tuple[str, str]:
        """Return the event's zone and the reader's: where they agree, hers is said."""
        return self.event_zone, self.own_zone

    @property
    def mode_in_words(self) -> str:
        """Return how this person attends."""
        return str(words.MODES[self.mode])

    @property
    def wait_in_words(self) -> str:
        """Return what this person waits for."""
        return str(words.MODES[self.waits_for or self.mode])

    @property
    def opens_before(self) -> int:
        """Return how many minutes before the start the Join button works."""
        return JOIN_OPENS // timedelta(minutes=1)

    @property
    def cancel_label(self) -> str:
        """Return what the link to canceling is called."""
        return _("Leave the waitlist") if self.is_waiting else _("Cancel your place")

    @property
    def new_entry(self) -> str:
        """Return what comes along for her calendar, for someone who has a place now."""
        if self.calendar == CalendarMethod.REQUEST:
            return _("The date is attached for your calendar.")
        if self.calendar == CalendarMethod.PUBLISH:
            return _(
                "The date is attached as a file that you can add to your calendar. Later changes "
                "come by email, and by the calendar address on your page."
            )
        return ""

    @property
    def changed_entry(self) -> str:
        """Return how the change of her day reaches her calendar."""
        if self.calendar == CalendarMethod.REQUEST:
            return _("Your entry is attached for your calendar: it takes the place of the old one.")
        if self.calendar == CalendarMethod.PUBLISH:
            return _(
                "A new file for your calendar is attached: please add it in place of the old one. "
                "Later changes come by email, and by the calendar address on your page."
            )
        return _("If you put the date into your calendar yourself, please change it there.")

    @property
    def left_entry(self) -> str:
        """Return what she must do to an entry that no email of ours can take away."""
        if self.is_kept_by_hand and not self.is_waiting:
            return _("If you put the date into your calendar yourself, please remove it there.")
        return ""

    @property
    def contact(self) -> Contact:
        """Return whom to call."""
        return contact_of(Programme(**dict(self.reach)), self.starts_at)


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
) -> Particulars:
    """Read the facts of an email from the live record, as discreet as its reader wants."""
    programme = sender.programme
    event = subject if isinstance(subject, Event) else registration.event
    offer = subject if isinstance(subject, Offer) and email == "offer" else None
    mode = offer.mode if offer else registration.mode
    is_invitation, is_full = KINDS[email].is_invitation, not registration.is_discreet
    modes = _in_order(sender.modes(event)) if is_invitation else ()
    is_there = Mode.IN_PERSON in modes if is_invitation else mode == Mode.IN_PERSON
    return Particulars(
        email=email,
        language=registration.language,
        sender=one_line(programme.quiet_name),
        title=one_line(_title(event, registration)),
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
        must_agree=_must_agree(registration),
        place=place(sender.venue, is_full=is_full) if sender.venue and is_there else None,
        phones=() if is_there else _phones(sender.phone_rooms(event), is_full=is_full),
        reach=(
            ("contact_email", programme.contact_email),
            ("contact_phone", programme.contact_phone),
            ("phone_hours", programme.phone_hours),
            ("text_number", programme.text_number),
            ("timezone", programme.timezone),
        ),
        modes=modes,
        is_open=is_invitation and standing(event, now) == Standing.OPEN,
        opens_at=event.registration_opens_at if is_invitation else None,
        asked_at=one_line(_title(registration.event, registration)) if is_invitation else "",
        answer_until=_answer_until(subject),
        is_for_two=offer is not None and offer.partner_id is not None,
        has_new_address=isinstance(subject, AddressChange) and bool(subject.new_email),
        session=_session(subject, registration) if isinstance(subject, Session) else None,
        recording=_recording(registration) if email == "pause_over" else (),
        brought=brought,
        offers=offers,
        **_places(registration, sender, turn, brought),
        is_about_wait=_is_about_wait(registration, turn),
        is_passed_over=registration.waits_for is not None and not registration.wants_offers,
        is_stoppable=KINDS[email].stop is not None,
        calendar=calendar,
        is_kept_by_hand=calendar is None and event.calendar_mail != CalendarMail.REQUEST,
        own_words=_in_language(own_words or _words_of(subject), registration.language),
        **(_news(subject, registration, sender) if isinstance(subject, NoticeFacts) else {}),
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


def _title(what: Event | Session, registration: Registration) -> str:
    """Return the neutral or the full title, as she has chosen."""
    return what.quiet_title if registration.is_discreet else what.title


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


def _phones(rooms: Sequence[Room], *, is_full: bool) -> tuple[PhoneLine, ...]:
    return tuple(PhoneLine(said(room.name, is_full=is_full), f"{room.dial_in}") for room in rooms)


def _answer_until(subject: SubjectRecord | None) -> datetime | None:
    if isinstance(subject, Offer):
        return subject.ends_at
    return subject.expires_at if isinstance(subject, AddressChange) else None


def _session(session: Session, registration: Registration) -> HerSession:
    is_full = not registration.is_discreet
    room = said(session.room.name, is_full=is_full) if session.room else ""
    title = one_line(_title(session, registration))
    return HerSession(title, session.starts_at, session.ends_at, room)


def _words_of(subject: SubjectRecord | None) -> Mapping[str, str]:
    return subject.words if isinstance(subject, NoticeFacts) else NO_WORDS


def _in_language(words: Mapping[str, str], language: str) -> str:
    """Return the desk's own sentence in a language, or else in the one that there is."""
    return words.get(language) or next(iter(words.values()), "")


def _news(facts: NoticeFacts, registration: Registration, sender: Sender) -> dict[str, Any]:
    """Return the facts of a notice, its changes as she is told of them."""
    event, is_full = registration.event, not registration.is_discreet
    speaker = teller_for(
        sender.rooms(),
        title_of=lambda session: one_line(_title(session, registration)),
        name_of=lambda room: one_line(said(room.name, is_full=is_full)),
        event_zone=event.timezone,
        own_zone=registration.timezone,
    )
    with speaking(registration.language):
        told = speaker.said(facts.changes)
    return {
        "occasion": str(facts.occasion),
        "was": str(facts.was or ""),
        "changes": told,
        "goes_along": any(each.moves_along for each in facts.changes),
    }


def _recording(registration: Registration) -> tuple[str, ...]:
    with speaking(registration.language):
        return tuple(words.recording(registration.event))
