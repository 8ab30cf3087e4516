"""An event's sessions arranged for reading: days, times, and rooms side by side. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import chain, groupby
from zoneinfo import ZoneInfo

from forum.events.models import Room, Session, SessionKind, SessionStatus

MOST_LANES = 6
"""With more rooms than these side by side nothing could be read; sessions then flow."""


@dataclass(frozen=True)
class AgendaChoice:
    """What a visitor asked to see; an empty word asks for everything.

    `topic` is a subtype, an audience or a language of sessions, `track` the key of a track,
    `mode` may be "webcast" for what is live online. All that are given must fit.
    """

    topic: str = ""
    track: str = ""
    mode: str = ""

    def wants(self, session: Session) -> bool:
        """Tell whether a session fits."""
        topics = (*session.subtypes, *session.audience, session.language)
        return (
            (not self.topic or self.topic in topics)
            and (not self.track or (session.track is not None and session.track.key == self.track))
            and (self.mode != "webcast" or session.is_streamed)
        )


@dataclass(frozen=True)
class Placed:
    """A session in its lane, counted from 1; lane 0 is the whole width."""

    session: Session
    lane: int


@dataclass(frozen=True)
class Start:
    """Everything that begins at one time. `ends_at` is when most of it ends."""

    starts_at: datetime
    ends_at: datetime
    placed: tuple[Placed, ...]

    @property
    def is_break(self) -> bool:
        """Tell whether nobody speaks at this time."""
        return all(each.session.kind == SessionKind.BREAK for each in self.placed)

    @property
    def is_held(self) -> bool:
        """Tell whether something at this time takes place."""
        return any(_is_held(each.session) for each in self.placed)

    @property
    def over_at(self) -> datetime:
        """Return when the last of it ends that takes place."""
        held = [each.session for each in self.placed if _is_held(each.session)]
        return max((each.ends_at for each in held), default=self.ends_at)


class Nearness(StrEnum):
    """Where a time of the agenda stands towards the clock, if it is near."""

    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True)
class Day:
    """One day of the event, by the event's own clock."""

    on: date
    starts: tuple[Start, ...]


@dataclass(frozen=True)
class Agenda:
    """Days with their times; the rooms that stand side by side; what is open all day.

    `lanes` is empty when no two sessions run at once, or too many do.
    """

    days: tuple[Day, ...]
    lanes: tuple[Room, ...]
    all_day: tuple[Session, ...]

    @property
    def starts(self) -> tuple[Start, ...]:
        """Return the times of all days."""
        return tuple(chain.from_iterable(day.starts for day in self.days))


def arrange(sessions: Iterable[Session], zone: str, choice: AgendaChoice | None = None) -> Agenda:
    """Arrange the sessions that are wanted; `zone` (IANA) decides which day each is on.

    Drop-in rooms are not part of a time: they are open all day. Breaks are shown between
    sessions, so they go when a choice leaves gaps between those.
    """
    choice = choice or AgendaChoice()
    is_whole = choice == AgendaChoice()
    wanted = [
        each
        for each in sessions
        if choice.wants(each) and (is_whole or each.kind != SessionKind.BREAK)
    ]
    timed = sorted(
        (each for each in wanted if each.kind != SessionKind.DROPIN),
        key=lambda each: (each.starts_at, each.position),
    )
    together = [tuple(group) for _start, group in groupby(timed, key=lambda each: each.starts_at)]
    lanes = _lanes(together)
    starts = [_start(group, lanes) for group in together]
    return Agenda(
        days=tuple(
            Day(on, tuple(group))
            for on, group in groupby(
                starts, key=lambda start: start.starts_at.astimezone(ZoneInfo(zone)).date()
            )
        ),
        lanes=lanes,
        all_day=tuple(each for each in wanted if each.kind == SessionKind.DROPIN),
    )


def turns(starts: Sequence[Start], now: datetime) -> dict[Start, Nearness]:
    """Return what is on now; where that is nothing or a break, also what comes next.

    Nothing while the first is still ahead: a day in spring is not next all winter.
    """
    held = [each for each in starts if each.is_held]
    if not held or now < held[0].starts_at:
        return {}
    near = {each: Nearness.NOW for each in held if each.starts_at <= now < each.over_at}
    if all(each.is_break for each in near):
        coming = (each for each in held if each.starts_at > now and not each.is_break)
        near |= dict.fromkeys([*coming][:1], Nearness.NEXT)
    return near


def _is_held(session: Session) -> bool:
    return session.status == SessionStatus.SCHEDULED


def _lanes(together: Sequence[tuple[Session, ...]]) -> tuple[Room, ...]:
    """Return the rooms in which something runs beside something else, in the venue's order."""
    rooms = {
        each.room.key: each.room
        for group in together
        if len(group) > 1
        for each in group
        if each.room is not None and each.kind != SessionKind.BREAK
    }
    lanes = tuple(sorted(rooms.values(), key=lambda room: (room.position, room.key)))
    return lanes if len(lanes) <= MOST_LANES else ()


def _start(group: tuple[Session, ...], lanes: tuple[Room, ...]) -> Start:
    numbers = {room.key: number for number, room in enumerate(lanes, start=1)}

    def lane(session: Session) -> int:
        if len(group) == 1 or session.room is None or session.kind == SessionKind.BREAK:
            return 0
        return numbers.get(session.room.key, 0)

    placed = [Placed(each, lane(each)) for each in group]
    return Start(
        starts_at=group[0].starts_at,
        ends_at=Counter(each.ends_at for each in group).most_common(1)[0][0],
        placed=tuple(sorted(placed, key=lambda each: each.lane)),
    )
