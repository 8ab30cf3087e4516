"""One attendee's registration, as her page and the pages around it take it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from forum.care.rules import Purpose, kept_back, state_at
from forum.events import queries as events
from forum.events import words
from forum.events.contact import DayLine, line_to_come
from forum.events.models import (
    Event,
    EventKind,
    EventStatus,
    Mode,
    Room,
    Session,
    Venue,
)
from forum.events.phone_rules import Listening, PhoneHours, by_hour
from forum.events.promise_queries import promise_of
from forum.events.promise_words import afterwards
from forum.events.rules import Standing, join_opens, standing
from forum.events.times import hours_of_day
from forum.i18n import (
    _,
    both_zones,
    date_in_words,
    day_in_words,
    day_on,
    moment_in_words,
    moment_on_both_clocks,
    unbroken,
    zone_in_words,
)
from forum.incoming.queries import calendar_says_no, is_stopped
from forum.privacy.consents import text_in_force
from forum.privacy.models import ConsentPurpose
from forum.registration import day_rules, queries, rules
from forum.registration.company_queries import known_company, must_agree
from forum.registration.models import CareState, Registration, SessionPlace, Source, Status
from forum.registration.my.data_words import STATUSES
from forum.registration.my.mode_page import OtherWay, other_ways
from forum.registration.my.mode_words import BOOKED, GIVEN_UP, KEPT
from forum.registration.my.titles_page import shows_full
from forum.registration.my.waiting.offer_page import OpenOffer, in_line, open_offer
from forum.registration.places import session_queries
from forum.registration.rules import JoinState

A_DAY = timedelta(days=1)


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
        is_there = self.is_confirmed and self.is_online
        return is_there and any(stream.state == JoinState.OPEN for stream in self.streams)

    @property
    def is_over(self) -> bool:
        """Tell whether the event is over, and for her not running late."""
        return self.now >= self.event.ends_at and not self.is_on_now

    @property
    def takes_part(self) -> bool:
        """Tell whether she has a place at something that is to come, or is on."""
        is_off = self.is_event_cancelled or self.is_at_rest or self.is_over
        return self.is_confirmed and not is_off

    @property
    def takes_registrations(self) -> bool:
        """Tell whether one can register for the event now."""
        return standing(self.event, self.now) == Standing.OPEN

    @property
    def may_choose(self) -> bool:
        """Tell whether there is still something to choose: what is over can only be looked at."""
        return self.may_change and not self.is_over

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

    def over_a_shoulder(self, what: Event | Session) -> str:
        """Return the title for a browser's tab and history: hers by her emails' choice alone."""
        return words.titled(what, is_full=not self.registration.is_discreet)

    @property
    def standing(self) -> list[str]:
        """Return how it stands, in a sentence, or two for one who has a place and waits."""
        if self.is_over and not self.is_cancelled:
            return [_("This event is over.")]
        said = [str(BOOKED[self.registration.mode])] if self.is_confirmed else []
        if self.registration.waits_for is not None and self.offered is None:
            said.append(in_line(self.registration, self.line_number))
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
        return self.may_choose and self.is_confirmed and calendar_says_no(self.registration)

    @property
    def given_up(self) -> str:
        """Return that her place goes to someone else when she takes another, if she has one."""
        return str(GIVEN_UP[self.registration.mode]) if self.is_confirmed else ""

    @property
    def when(self) -> list[str]:
        """Return day and hours on the clock of her day, then on the other where they differ."""
        return self.span(self.event.starts_at, self.event.ends_at)

    def span(self, starts_at: datetime, ends_at: datetime) -> list[str]:
        """Return a span on the clock of her day, then on the other where they differ."""
        lines = both_zones(starts_at, ends_at, *self.registration.clocks)
        return [unbroken(line) for line in lines]

    def moment(self, at: datetime) -> list[str]:
        """Return an instant on the clock of her day, then on the other where they differ."""
        return moment_on_both_clocks(at, *self.registration.clocks)

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
        return line_to_come(self.event, events.programme(), self.now) if self.takes_part else None

    @cached_property
    def listening(self) -> Listening:
        """Return which number to call at which hour."""
        return by_hour(events.heard(self.event))

    @property
    def phone_hours(self) -> list[tuple[str, str]]:
        """Return each number as it is kept, and when to call it: "" for one that is left, or on.

        What is over needs no number; the last one stays, as a Join button would.
        """
        hours = [each for each in self.listening.hours if each.ends_at > self.now]
        last = self.listening.hours[-1:]
        if not hours and last and self.now < last[0].ends_at + rules.JOIN_STAYS:
            hours = [*last]
        known = max(self.now, self.event.starts_at)
        are_said = len(hours) > 1 or any(each[0] > known for each in self.listening.hours[:1])
        return [(f"{each.room.dial_in}", self._hours(each) if are_said else "") for each in hours]

    @cached_property
    def streamed(self) -> list[Session]:
        """Return what is shown online, in the order of the day."""
        return session_queries.streamed_sessions(self.event)

    @cached_property
    def watched(self) -> list[Session]:
        """Return what she watches."""
        return self.streamed if self.is_online else []

    @property
    def wakes_in(self) -> int | None:
        """Return after how many seconds the page says something else, where that is within a day.

        In seconds, as a phone's clock may be wrong. Minutes count down by js/counting.js.
        """
        heard = self.listening.hours if self.registration.mode == Mode.PHONE else ()
        turns = day_rules.turns(self.event, self.watched, self.clock, heard)
        if not self.is_online and self.takes_part and self.event.starts_at - self.now < A_DAY:
            talks = events.sessions(self.event) if self.is_here else self.streamed
            turns += [at for each in talks for at in (each.starts_at, each.ends_at)]
        if self.offered is not None:
            turns.append(self.offered.offer.ends_at)
        left = min((at - self.now for at in turns if at > self.now), default=A_DAY)
        return left // timedelta(seconds=1) + 1 if left < A_DAY else None

    @cached_property
    def streams(self) -> list[Stream]:
        """Return what can be joined now, or else what comes first."""
        shown = day_rules.to_join(self.streamed, self.event, now=self.now)
        return [self.stream(each) for each in shown]

    def stream(self, session: Session) -> Stream:
        """Return a session as it can be watched now."""
        state = rules.join_state(session, self.event, now=self.now)
        opens_at, _closes_at = rules.join_span(session, self.event)
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
        """Return the zone of her day, on whose clock it is said what is when."""
        return rules.clock_of(self.registration)

    @property
    def event_zone(self) -> str:
        """Return what the event's time zone is called."""
        return zone_in_words(self.event.timezone, self.event.starts_at)

    def hours(self, session: Session) -> str:
        """Return a session's hours: "9:00 am to 9:20 am, Eastern Time".

        On her own clock, or on the event's when she comes to the place. The day is named where it
        is not the event's first.
        """
        return self._hours(session)

    def _hours(self, of: Session | PhoneHours) -> str:
        first = day_on(self.event.starts_at, self.event.timezone)
        return unbroken(hours_of_day(of.starts_at, of.ends_at, self.clock, first))

    @cached_property
    def line_number(self) -> int | None:
        """Return her place in the line."""
        return queries.line_number(self.registration)

    @cached_property
    def offered(self) -> OpenOffer | None:
        """Return what is offered to her now."""
        return open_offer(self.registration, now=self.now) if self.may_choose else None

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
        return session_queries.places_in_sessions(self.registration)

    @cached_property
    def can_choose_sessions(self) -> bool:
        """Tell whether there are sessions to choose, and still time."""
        return (
            self.is_here
            and self.may_choose
            and any(each.capacity is not None for each in self.sessions)
        )

    @cached_property
    def sessions(self) -> list[Session]:
        """Return the event's sessions with limited places."""
        return session_queries.limited_sessions(self.event, now=self.now)

    @cached_property
    def company(self) -> list[Company]:
        """Return who comes along, as far as she may know it."""
        return [
            Company(
                name=each.name,
                public_id=each.public_id,
                how=str(words.MODES[each.mode]),
                status=str(STATUSES[each.status]),
                is_confirmed=each.status == Status.CONFIRMED,
                is_paused=state_at(each, now=self.now) == CareState.PAUSED,
            )
            for each in known_company(self.registration)
            if each.care_state in {CareState.ACTIVE, CareState.PAUSED}
        ]

    @cached_property
    def registered_by(self) -> str:
        """Return whom she was registered with, while she has not said so; nobody who has died."""
        host = self.registration.companion_of
        is_asked = self.may_change and not self.is_over and must_agree(self.registration)
        return host.name if host and is_asked else ""

    @property
    def is_from_desk(self) -> bool:
        """Tell whether it was an organizer who registered her."""
        return self.registration.source == Source.ORGANIZER

    @property
    def consent(self) -> str:
        """Return what everybody agrees to who is registered."""
        return str(text_in_force(ConsentPurpose.REGISTRATION).words)

    @cached_property
    def ways(self) -> list[OtherWay]:
        """Return the other ways to attend, free or full; none once it is over for her."""
        found = other_ways(self.registration, offered=self.offered, now=self.now)
        return found if self.may_choose else []

    @property
    def status(self) -> str:
        """Return how she stands, in two words."""
        return str(STATUSES[self.registration.status])

    @property
    def recording(self) -> list[str]:
        """Return what is said of the recordings once it is over, and where more will be."""
        promise = promise_of(self.event, zone=events.programme().timezone, now=self.now)
        said = afterwards(self.event, promise)
        if promise is not None and promise.is_open:
            said.append(
                _("You can open this page again with the same link. It says how it stands.")
            )
        return said
