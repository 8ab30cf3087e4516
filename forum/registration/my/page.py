"""One attendee's registration, as her page and the pages around it take it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from forum.care.rules import Purpose, kept_back, state_at
from forum.events import queries as events
from forum.events import words
from forum.events.contact import DayLine, day_line
from forum.events.models import (
    Event,
    EventKind,
    EventStatus,
    Mode,
    Room,
    Session,
    Venue,
)
from forum.events.queries import dial_in_rooms
from forum.events.rules import join_opens
from forum.events.times import Times
from forum.i18n import (
    _,
    date_in_words,
    day_in_words,
    day_on,
    moment_in_words,
    moment_on_both_clocks,
    zone_in_words,
)
from forum.incoming.queries import calendar_says_no, is_stopped
from forum.privacy.consents import has_agreed, text_in_force
from forum.privacy.models import ConsentPurpose
from forum.registration import queries, rules
from forum.registration.models import CareState, Registration, SessionPlace, Status
from forum.registration.my.data_words import STATUSES
from forum.registration.my.mode_page import OtherWay, other_ways
from forum.registration.my.mode_words import BOOKED, GIVEN_UP, IN_LINE, KEPT
from forum.registration.my.titles_page import shows_full
from forum.registration.my.waiting.offer_page import OpenOffer, open_offer
from forum.registration.rules import JoinState


@dataclass(frozen=True)
class Stream:
    """One session to watch: when, and whether one can join it now."""

    key: str
    title: str
    when: str
    state: JoinState
    opens: str
    room: Room | None


@dataclass(frozen=True)
class Company:
    """Someone who comes along: who, how, and how it stands, but nothing of their answers."""

    name: str
    public_id: str
    how: str
    status: str
    is_confirmed: bool
    is_paused: bool


class MyPage:
    """What one attendee's pages say, in words as discreet as she wants. Asks when it is asked."""

    def __init__(self, registration: Registration, *, now: datetime) -> None:
        """Look at a registration at a moment."""
        self.registration = registration
        self.now = now
        self.event: Event = registration.event
        self.is_confirmed = registration.status == Status.CONFIRMED
        self.is_waiting = registration.status == Status.WAITLISTED
        self.is_cancelled = registration.status == Status.CANCELLED
        self.waits = registration.waits_for is not None
        self.is_event_cancelled = self.event.status == EventStatus.CANCELLED
        self.is_forum = self.event.kind == EventKind.FORUM
        self.is_paused = state_at(registration, now=now) == CareState.PAUSED
        self.is_at_rest = bool(kept_back(registration, Purpose.CHANGE, now=now))
        self.may_change = rules.may_change(registration, now=now)

    @cached_property
    def is_on_now(self) -> bool:
        """Tell whether there is something that she can join from afar at this moment."""
        is_running = any(stream.state == JoinState.OPEN for stream in self.streams)
        return self.is_confirmed and self.is_online and is_running

    @property
    def is_over(self) -> bool:
        """Tell whether the event is over, and for her not running late."""
        return self.now >= self.event.ends_at and not self.is_on_now

    @cached_property
    def is_full(self) -> bool:
        """Tell whether full titles are said: she wants them in all, or here on this device."""
        return shows_full(self.registration)

    @property
    def title(self) -> str:
        """Return what the event is called to her."""
        return self.named(self.event)

    def named(self, what: Event | Session) -> str:
        """Return the neutral or the full title, as she has chosen."""
        return words.titled(what, is_full=self.is_full)

    @property
    def standing(self) -> list[str]:
        """Return how it stands, in a sentence, or two for one who has a place and waits."""
        said = [str(BOOKED[self.registration.mode])] if self.is_confirmed else []
        if self.registration.waits_for is not None and self.offered is None:
            said.append(IN_LINE[self.registration.waits_for] % {"number": self.line_number})
        return said

    @property
    def kept(self) -> str:
        """Return that her place stays hers, if she has one."""
        return str(KEPT[self.registration.mode]) if self.is_confirmed else ""

    @cached_property
    def is_mail_returned(self) -> bool:
        """Tell whether emails to her address come back, so that nothing is written to it."""
        return is_stopped(self.registration.email)

    @cached_property
    def calendar_says_no(self) -> bool:
        """Tell whether her calendar has declined what she has a place at, and she may say so."""
        may_cancel = self.may_change and self.is_confirmed and not self.is_over
        return may_cancel and calendar_says_no(self.registration)

    @property
    def given_up(self) -> str:
        """Return that her place goes to someone else when she takes another, if she has one."""
        return str(GIVEN_UP[self.registration.mode]) if self.is_confirmed else ""

    @property
    def when(self) -> list[str]:
        """Return day and hours on her clock, then on the event's where they differ."""
        return self.span(self.event.starts_at, self.event.ends_at)

    def span(self, starts_at: datetime, ends_at: datetime) -> list[str]:
        """Return a span on her clock, then on the event's where they differ."""
        return Times(self.event.timezone, self.registration.timezone).span(starts_at, ends_at)

    def moment(self, at: datetime) -> list[str]:
        """Return an instant on her clock, then on the event's where they differ."""
        return moment_on_both_clocks(at, self.event.timezone, self.registration.timezone)

    @property
    def how(self) -> str:
        """Return how she attends."""
        return str(words.MODES[self.registration.mode])

    @property
    def is_here(self) -> bool:
        """Tell whether she comes to the place."""
        return self.registration.mode == Mode.IN_PERSON

    @property
    def is_online(self) -> bool:
        """Tell whether she watches."""
        return self.registration.mode == Mode.WEBCAST

    @cached_property
    def venue(self) -> Venue | None:
        """Return where to come to."""
        return events.venue()

    @cached_property
    def calls_on_the_day(self) -> DayLine | None:
        """Return whom to call on the day, while there is one to come for her."""
        is_coming = self.is_confirmed and not self.is_event_cancelled and not self.is_over
        return day_line(self.event, events.programme()) if is_coming else None

    @cached_property
    def phone_rooms(self) -> Sequence[Room]:
        """Return the rooms with a number to listen by."""
        return dial_in_rooms(self.event)

    @cached_property
    def streams(self) -> list[Stream]:
        """Return what can be joined now, or else what comes first.

        What runs over is not shown any more once the next in its room can be joined.
        """
        each = [self.stream(session) for session in queries.streamed_sessions(self.event)]
        in_rooms = {each.room: each for each in each if each.state == JoinState.OPEN}
        return [*in_rooms.values()] or [s for s in each if s.state == JoinState.TOO_EARLY][:1]

    def stream(self, session: Session) -> Stream:
        """Return a session as it can be watched now."""
        state = rules.join_state(session, self.event, now=self.now)
        opens_at = session.starts_at - join_opens(self.event)
        opens = moment_in_words(opens_at, self.registration.timezone)
        return Stream(
            session.key, self.named(session), self.hours(session), state, opens, session.room
        )

    @property
    def opens_before(self) -> int:
        """Return how many minutes before its start something can be joined."""
        return join_opens(self.event) // timedelta(minutes=1)

    @property
    def clock(self) -> str:
        """Return the zone of her day: the event's when she comes to the place, else her own."""
        return self.event.timezone if self.is_here else self.registration.timezone

    @property
    def event_zone(self) -> str:
        """Return what the event's time zone is called."""
        return zone_in_words(self.event.timezone, self.event.starts_at)

    def hours(self, session: Session) -> str:
        """Return a session's hours: "9:00 am to 9:20 am, Eastern Time".

        On her own clock, or on the event's when she comes to the place. The day is named where it
        is not the event's first.
        """
        zone = self.clock
        hours = _(
            "%(span)s, %(zone)s",
            span=Times(zone, None).hours(session.starts_at, session.ends_at),
            zone=zone_in_words(zone, session.starts_at),
        )
        if day_on(session.starts_at, zone) == day_on(self.event.starts_at, self.event.timezone):
            return hours
        return _("%(day)s, %(words)s", day=day_in_words(session.starts_at, zone), words=hours)

    @cached_property
    def line_number(self) -> int | None:
        """Return her place in the line."""
        return queries.line_number(self.registration)

    @cached_property
    def offered(self) -> OpenOffer | None:
        """Return what is offered to her now."""
        return open_offer(self.registration, now=self.now) if self.may_change else None

    @property
    def is_passed_over(self) -> bool:
        """Tell whether no offers reach her until she says that she still waits."""
        return self.waits and not self.registration.wants_offers and self.offered is None

    @property
    def auto_take_day(self) -> str:
        """Return the last day on which a place is taken for her without asking, or nothing."""
        until = self.registration.auto_take_until
        if until is None or until <= self.now:
            return ""
        return day_in_words(until, self.registration.timezone)

    @property
    def quiet_until(self) -> str:
        """Return the day on which emails begin again: "" while they go out, or until told."""
        day = self.registration.care_until
        return date_in_words(day) if self.is_paused and day is not None else ""

    @cached_property
    def session_places(self) -> Sequence[SessionPlace]:
        """Return her sessions with limited places."""
        return queries.places_in_sessions(self.registration)

    @cached_property
    def can_choose_sessions(self) -> bool:
        """Tell whether there are sessions to choose, and still time."""
        return (
            self.is_here
            and self.may_change
            and any(each.capacity is not None for each in self.sessions)
        )

    @cached_property
    def sessions(self) -> list[Session]:
        """Return the event's sessions with limited places."""
        return queries.limited_sessions(self.event)

    @cached_property
    def company(self) -> list[Company]:
        """Return who comes along."""
        return [
            Company(
                name=each.name,
                public_id=each.public_id,
                how=str(words.MODES[each.mode]),
                status=str(STATUSES[each.status]),
                is_confirmed=each.status == Status.CONFIRMED,
                is_paused=state_at(each, now=self.now) == CareState.PAUSED,
            )
            for each in queries.companions(self.registration)
            if each.care_state in {CareState.ACTIVE, CareState.PAUSED}
        ]

    @cached_property
    def registered_by(self) -> str:
        """Return the name of whoever registered her, while she has not said that it is right."""
        other = self.registration.companion_of
        if other is None or not self.may_change or self.is_over:
            return ""
        agreed = has_agreed(self.registration, ConsentPurpose.REGISTRATION)
        return "" if agreed else other.name

    @property
    def consent(self) -> str:
        """Return what everybody agrees to who is registered."""
        return str(text_in_force(ConsentPurpose.REGISTRATION).words)

    @cached_property
    def ways(self) -> list[OtherWay]:
        """Return the other ways to attend, free or full."""
        return other_ways(self.registration, now=self.now)

    @property
    def status(self) -> str:
        """Return how she stands, in two words."""
        return str(STATUSES[self.registration.status])

    @property
    def recording(self) -> list[str]:
        """Return what there is to watch later, or by when."""
        return list(words.recording(self.event))
