"""The agenda as a template takes it: words and addresses, nothing left to compute."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import quote

from forum.events import words
from forum.events.agenda import Agenda, AgendaChoice, Placed, Start, arrange
from forum.events.models import Event, Session, SessionKind, SessionStatus, Track
from forum.events.times import Times
from forum.i18n import _, day_in_words
from forum.site.page_query import PageQuery
from forum.site.site import Link
from forum.tongues import missing, say


@dataclass(frozen=True)
class Card:
    """One session on the agenda.

    `length` is empty when it is that of most at its time; `hours` are those of an all-day room.
    """

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
    """Everything that begins at one time: said in the visitor's zone, then in the event's."""

    time: str
    other_time: str
    length: str
    cards: Sequence[Card]


@dataclass(frozen=True)
class DayRows:
    """A day; its title is empty when the event has only one."""

    title: str
    rows: Sequence[TimeRow]


@dataclass(frozen=True)
class AgendaPage:
    """A whole agenda, with the ways to narrow it. `everything` leads back to all of it."""

    days: Sequence[DayRows]
    lanes: Sequence[str]
    all_day: Sequence[Card]
    filters: Sequence[Link]
    everything: Link


class _Address(NamedTuple):
    """Where each session's own page is."""

    before: str
    after: str

    def of(self, session: Session) -> str:
        return f"{self.before}{quote(session.key, safe='')}/{self.after}"


def agenda_page(
    event: Event, sessions: Sequence[Session], asked: PageQuery, times: Times, path: str
) -> AgendaPage:
    """Arrange the sessions that were asked for. `path` is the event's, with a slash at its end."""
    agenda = arrange(sessions, event.timezone, asked.choice)
    address = _Address(f"{path}sessions/", asked.kept())
    days = [
        DayRows(
            title=day_in_words(day.starts[0].starts_at, event.timezone)
            if len(agenda.days) > 1
            else "",
            rows=[_row(start, times, address) for start in day.starts],
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
    )


def _row(start: Start, times: Times, address: _Address) -> TimeRow:
    time, other_time = times.at(start.starts_at)
    return TimeRow(
        time=time,
        other_time=other_time,
        length=words.length(start.starts_at, start.ends_at),
        cards=[
            _card(placed, address, is_usual=placed.session.ends_at == start.ends_at)
            for placed in start.placed
        ],
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
