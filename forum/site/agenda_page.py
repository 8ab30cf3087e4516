"""The agenda as a template takes it: words and addresses, nothing left to compute."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote

from forum.events import words
from forum.events.agenda import (
    Agenda,
    AgendaChoice,
    Nearness,
    Placed,
    Start,
    arrange,
    turns,
)
from forum.events.models import Event, EventStatus, Session, SessionKind, SessionStatus, Track
from forum.events.phase_rules import course
from forum.events.times import Times, utc
from forum.i18n import _, day_in_words
from forum.site.page_query import PageQuery
from forum.site.site import Link
from forum.tongues import missing, say

MOST_UNFOLDED = 12
"""So many sessions of a narrowed agenda are all shown on a phone; with more, times are folded."""


@dataclass(frozen=True)
class Card:
    """One session on the agenda; `anchor` is its id on the page.

    `length` is empty when it is that of most at its time; `hours` are those of an all-day room.
    """

    anchor: str
    title: str
    href: str
    room: str
    track: str
    sign: str
    speakers: str
    tags: Sequence[words.Tag]
    length: str
    lane: int
    is_band: bool
    is_cancelled: bool
    hours: str = ""


@dataclass(frozen=True)
class TimeRow:
    """Everything that begins at one time: said in the visitor's zone, then in the event's.

    Where the screen is narrow it is folded unless `is_open`; a break has nothing to fold. `turn`
    says what is on now, or next; a page that stays open finds out by `starts_at` and `over_at`.
    """

    time: str
    other_time: str
    length: str
    cards: Sequence[Card]
    is_break: bool
    is_held: bool
    is_open: bool
    turn: Nearness | None
    starts_at: str
    over_at: str


@dataclass(frozen=True)
class DayRows:
    """A day; its title is empty when the event has only one."""

    title: str
    rows: Sequence[TimeRow]


@dataclass(frozen=True)
class AgendaPage:
    """A whole agenda, with the ways to narrow it. `everything` leads back to all of it.

    `until` is when the clock alone makes another one of it.
    """

    days: Sequence[DayRows]
    lanes: Sequence[str]
    all_day: Sequence[Card]
    filters: Sequence[Link]
    everything: Link
    until: datetime | None


class _Address(NamedTuple):
    """Where each session's own page is."""

    before: str
    after: str

    def of(self, session: Session) -> str:
        return f"{self.before}{quote(session.key, safe='')}/{self.after}"


class _Clock(NamedTuple):
    """What the clock says of an agenda: what is on or next, and which times are unfolded.

    To an event that is canceled it says nothing.
    """

    is_running: bool
    turns: Mapping[Start, Nearness]
    unfolded: Collection[Start]


def agenda_page(  # noqa: PLR0913 - everything that an agenda is made of
    event: Event,
    sessions: Sequence[Session],
    asked: PageQuery,
    times: Times,
    path: str,
    *,
    now: datetime,
) -> AgendaPage:
    """Arrange the sessions that were asked for. `path` is the event's, with a slash at its end."""
    agenda = arrange(sessions, event.timezone, asked.choice)
    address = _Address(f"{path}sessions/", asked.kept())
    is_running = event.status != EventStatus.CANCELLED
    clock = _read_clock(agenda, asked, now, is_running=is_running)
    days = [
        DayRows(
            title=day_in_words(day.starts[0].starts_at, event.timezone)
            if len(agenda.days) > 1
            else "",
            rows=[_row(start, times, address, clock) for start in day.starts],
        )
        for day in agenda.days
    ]
    return AgendaPage(
        days=days,
        lanes=[say(room, "name") for room in agenda.lanes],
        all_day=_all_day(agenda, times, address),
        filters=list(_filters(sessions, asked)),
        everything=Link(
            _("Everything"), path + asked.kept() + "#agenda", asked.choice == AgendaChoice()
        ),
        until=course(sessions, now).turns_at,
    )


def _read_clock(agenda: Agenda, asked: PageQuery, now: datetime, *, is_running: bool) -> _Clock:
    """Decide what is unfolded: what is on or next, before the day its first time, or all of few."""
    starts = agenda.starts
    near = turns(starts, now) if is_running else {}
    found = sum(len(start.placed) for start in starts)
    if asked.choice != AgendaChoice() and found <= MOST_UNFOLDED:
        return _Clock(is_running, near, starts)
    return _Clock(is_running, near, near or [each for each in starts if not each.is_break][:1])


def _row(start: Start, times: Times, address: _Address, clock: _Clock) -> TimeRow:
    time, other_time = times.at(start.starts_at)
    return TimeRow(
        time=time,
        other_time=other_time,
        length=words.length(start.starts_at, start.ends_at),
        cards=[
            _card(placed, address, is_usual=placed.session.ends_at == start.ends_at)
            for placed in start.placed
        ],
        is_break=start.is_break,
        is_held=start.is_held and clock.is_running,
        is_open=start in clock.unfolded,
        turn=clock.turns.get(start),
        starts_at=utc(start.starts_at),
        over_at=utc(start.over_at),
    )


def _all_day(agenda: Agenda, times: Times, address: _Address) -> list[Card]:
    return [
        replace(
            _card(Placed(each, 0), address, is_usual=True),
            hours=times.hours(each.starts_at, each.ends_at),
        )
        for each in agenda.all_day
    ]


def _card(placed: Placed, address: _Address, *, is_usual: bool) -> Card:
    each = placed.session
    return Card(
        anchor=anchor(each),
        title=words.titled(each),
        href=address.of(each),
        room=say(each.room, "name") if each.room else "",
        track=say(each.track, "name") if each.track else "",
        sign=each.track.mark if each.track else "",
        speakers="\u00a0· ".join(words.name(speaker.name) for speaker in each.speakers),
        tags=words.tags(each),
        length="" if is_usual else words.length(each.starts_at, each.ends_at),
        lane=placed.lane,
        is_band=each.kind == SessionKind.BREAK,
        is_cancelled=each.status == SessionStatus.CANCELLED,
    )


def anchor(session: Session) -> str:
    """Return the id of a session on the page of its event."""
    return f"session-{quote(session.key, safe='')}"


def _filters(sessions: Sequence[Session], asked: PageQuery) -> Iterable[Link]:
    """Return a link for each way to narrow the agenda; the current ones lead out again."""
    for key in _topics(sessions):
        is_on = asked.topic == key
        href = asked.query(topic="" if is_on else key)
        yield Link(words.topic(key), f"{href or '?'}#agenda", is_on)
    for track in _tracks(sessions):
        is_on = asked.track == track.key
        href = asked.query(track="" if is_on else track.key)
        name = say(track, "name")
        lang = name.language if missing(name) else ""
        yield Link(name, f"{href or '?'}#agenda", is_on, lang)
    if any(each.is_streamed for each in sessions):
        is_on = asked.mode == "webcast"
        href = asked.query(mode="" if is_on else "webcast")
        yield Link(_("Live online"), f"{href or '?'}#agenda", is_on)


def _topics(sessions: Sequence[Session]) -> list[str]:
    """Return subtypes, then audiences, then other languages, each once."""
    found = [key for each in sessions for key in each.subtypes]
    found += [key for each in sessions for key in each.audience]
    found += [each.language for each in sessions if each.language != each.event.language]
    return list(dict.fromkeys(found))


def _tracks(sessions: Sequence[Session]) -> list[Track]:
    tracks = {each.track.key: each.track for each in sessions if each.track is not None}
    return sorted(tracks.values(), key=lambda track: (track.position, track.key))
