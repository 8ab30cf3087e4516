"""An event's sessions arranged for reading: days, times, and rooms side by side. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from forum.events.models import Room, Session, SessionKind

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
