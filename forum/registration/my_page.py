"""One attendee's registration, as her page and the pages around it take it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # older stubs

from forum.emails.queries import dial_in_rooms
from forum.events import queries as events
from forum.events import words
from forum.events.models import (
    Event,
    EventKind,
    EventStatus,
    Mode,
    Room,
    Session,
    Venue,
)
from forum.events.times import Times
from forum.i18n import LANGUAGES, _, lazy, zone_in_words
from forum.registration import queries, rules
from forum.registration.fields import phone_in_words
from forum.registration.forms import ROLES, WEEK
from forum.registration.models import CareState, Registration, SessionPlace, Status
from forum.registration.refusals import moment_in_words
from forum.registration.rules import JoinState

STATUS = {
    Status.CONFIRMED: lazy("Place booked"),
    Status.WAITLISTED: lazy("On the waitlist"),
    Status.CANCELLED: lazy("Canceled"),
}


@dataclass(frozen=True)
class Stream:
    """One session to watch: when, and whether one can join it now."""

    key: str
    title: str
    when: str
    state: JoinState
    opens: str
    room: Room | None


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
        self.is_event_cancelled = self.event.status == EventStatus.CANCELLED
        self.is_over = now >= self.event.ends_at
        self.is_forum = self.event.kind == EventKind.FORUM
        self.is_paused = registration.care_state == CareState.PAUSED

    @property
    def title(self) -> str:
        """Return what the event is called to her."""
        return self.named(self.event)

    def named(self, what: Event | Session) -> str:
        """Return the neutral or the full title, as she has chosen."""
        return words.shown(what.quiet_title if self.registration.is_discreet else what.title)

    @property
    def when(self) -> list[str]:
        """Return day and hours on her clock, then on the event's where they differ."""
        return self.span(self.event.starts_at, self.event.ends_at)

    def span(self, starts_at: datetime, ends_at: datetime) -> list[str]:
        """Return a span on her clock, then on the event's where they differ."""
        return Times(self.event.timezone, self.registration.timezone).span(starts_at, ends_at)

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
    def phone_rooms(self) -> Sequence[Room]:
        """Return the rooms with a number to listen by."""
        return dial_in_rooms(self.event)

    @cached_property
    def streams(self) -> list[Stream]:
        """Return what can be joined now, or else what comes first."""
        each = [self.stream(session) for session in queries.streamed_sessions(self.event)]
        is_open = [stream for stream in each if stream.state == JoinState.OPEN]
        return is_open or [s for s in each if s.state == JoinState.TOO_EARLY][:1]

    def stream(self, session: Session) -> Stream:
        """Return a session as it can be watched now."""
        state = rules.join_state(session.starts_at, session.ends_at, now=self.now)
        opens = moment_in_words(session.starts_at - rules.JOIN_OPENS, self.registration.timezone)
        return Stream(
            session.key, self.named(session), self.hours(session), state, opens, session.room
        )

    @property
    def event_zone(self) -> str:
        """Return what the event's time zone is called."""
        return zone_in_words(self.event.timezone, self.event.starts_at)

    def hours(self, session: Session) -> str:
        """Return a session's hours: "9:00 am to 9:20 am, Eastern Time".

        On her own clock, or on the event's when she comes to the place.
        """
        zone = self.event.timezone if self.is_here else self.registration.timezone
        return _(
            "%(span)s, %(zone)s",
            span=Times(zone, None).hours(session.starts_at, session.ends_at),
            zone=zone_in_words(zone, session.starts_at),
        )

    @cached_property
    def line_number(self) -> int | None:
        """Return her place in the line."""
        return queries.line_number(self.registration)

    @cached_property
    def places(self) -> Sequence[SessionPlace]:
        """Return her sessions with limited places."""
        return queries.places(self.registration)

    @cached_property
    def can_choose_sessions(self) -> bool:
        """Tell whether there are sessions to choose, and still time."""
        return (
            self.is_here
            and rules.may_change(self.registration, now=self.now)
            and any(each.capacity is not None for each in self.sessions)
        )

    @cached_property
    def sessions(self) -> list[Session]:
        """Return the event's sessions with limited places."""
        return queries.limited_sessions(self.event)

    @cached_property
    def companions(self) -> Sequence[Registration]:
        """Return who comes with her."""
        return queries.companions(self.registration)

    @cached_property
    def may_change(self) -> bool:
        """Tell whether she can still change the mode or cancel."""
        return rules.may_change(self.registration, now=self.now)

    @cached_property
    def other_modes(self) -> list[tuple[Mode, str]]:
        """Return the ways to attend that she can change to, each in words."""
        modes = rules.modes_to_change_to(self.registration, self.event.gates, now=self.now)
        return [(mode, CHANGES[mode]()) for mode in modes]

    @cached_property
    def full_modes(self) -> list[str]:
        """Return the other ways to attend that have no place left."""
        offered = {mode for mode, _words in self.other_modes} | {self.registration.mode}
        if not self.may_change:
            return []
        return [str(words.MODES[g.mode]) for g in self.event.gates if g.mode not in offered]

    @property
    def status(self) -> str:
        """Return how she stands, in two words."""
        return str(STATUS[self.registration.status])

    @property
    def recording(self) -> list[str]:
        """Return what there is to watch later, or by when."""
        return list(words.recording(self.event))

    def answers(self) -> list[tuple[str, str, None, str]]:
        """Return what she told us, in the order of the form; what she left empty is left out."""
        return [(name, said, None, "") for name, said in self._answers() if said]

    def _answers(self) -> Iterator[tuple[str, str]]:
        mine = self.registration
        yield _("Name"), mine.name
        yield _("Email address"), mine.email or _("None. We call you.")
        yield _("Phone number"), phone_in_words(mine.phone)
        yield _("Who you are"), _in_words(ROLES, mine.roles)
        yield _("What would help"), mine.needs
        yield _("Food"), mine.food
        yield _("Your question"), mine.question
        yield _("Days without emails"), _in_words(WEEK, mine.quiet_days)
        neutral = _("Neutral words") if mine.is_discreet else _("Full titles")
        yield _("Words in emails"), neutral
        yield _("Language"), LANGUAGES.get(mine.language, mine.language)
        yield _("Time zone"), zone_in_words(mine.timezone, self.event.starts_at)


CHANGES = {
    Mode.IN_PERSON: lambda: _("Come in person instead"),
    Mode.WEBCAST: lambda: _("Attend online instead"),
    Mode.PHONE: lambda: _("Listen by phone instead"),
}


def _in_words(choices: Sequence[SelectChoice], values: tuple[str, ...]) -> str:
    return ", ".join(str(each.label) for each in choices if each.value in values)
