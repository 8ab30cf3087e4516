"""The first page: the forum before, during and after, what is next, and what was promised."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import dropwhile

from flask import url_for

from forum.events import queries, words
from forum.events.models import Event, EventKind, EventStatus, Programme, Session, Venue
from forum.events.phase_rules import (
    Course,
    Distance,
    EventPhase,
    Unit,
    ahead,
    course,
    is_same_day,
    phase,
)
from forum.events.promise_queries import promises
from forum.events.promise_words import afterwards
from forum.events.times import Times
from forum.i18n import _, day_in_words, last_day, ngettext, time_in_words, unbroken, visitors_zone
from forum.site import lists
from forum.site.lists import EventItem, Promises

MOST = 3
"""How many webcasts the first page names."""
MOST_AT_ONCE = 2
"""How many sessions of those that begin at one time: a phone should show the buttons below."""


@dataclass(frozen=True)
class SessionLink:
    """A session by its title, with its page."""

    title: str
    href: str


@dataclass(frozen=True)
class CourseLine:
    """What runs now, or next: at most a few sessions, and how many more there are."""

    label: str
    sessions: Sequence[SessionLink]
    more: int


@dataclass(frozen=True)
class ForumCard:
    """A forum on the first page. `item` is what lists say of it.

    `soon` says how far ahead it is, `lines` what became of it; `course` is what runs on its days.
    """

    item: EventItem
    kind: str
    phase: EventPhase
    soon: str
    lines: Sequence[str]
    course: Sequence[CourseLine]
    is_one_day: bool


@dataclass(frozen=True)
class HomePage:
    """What the first page says. Time alone changes it at `turns_at`.

    `ways` are those in which one can take part in what is to come; empty when nothing is.
    """

    ways: str
    forums: Sequence[ForumCard]
    is_forum_first: bool
    webcasts: Sequence[EventItem]
    owed: Sequence[EventItem]
    """Webcasts that are over, and whose recordings are promised."""
    turns_at: datetime | None


def home_page(programme: Programme, *, now: datetime) -> HomePage:
    """Gather the first page."""
    coming, gone, venue = queries.upcoming(now), queries.past(now), queries.venue()
    promised = promises(gone, zone=programme.timezone, now=now)
    forums = [*_next(_forums(coming)), *_last(_forums(gone), _forums(coming), promised)]
    webcasts = [each for each in coming if each.kind == EventKind.WEBCAST]
    owed = [each for each in gone if each.kind == EventKind.WEBCAST and _is_owed(each, promised)]
    courses = {
        each.id: course(queries.sessions(each), now)
        for each in forums
        if lists.is_on_its_days(each, now)
    }
    return HomePage(
        ways=_ways(coming),
        forums=[_card(each, venue, promised, courses.get(each.id), now=now) for each in forums],
        is_forum_first=lists.comes_first(forums, webcasts, now),
        webcasts=lists.items(webcasts[:MOST], venue, now=now),
        owed=lists.items(owed[:MOST], venue, promised, now=now),
        turns_at=lists.earliest(
            lists.next_change(coming, promised, now),
            lists.next_day(forums, now),
            *(each.turns_at for each in courses.values()),
        ),
    )


def _forums(events: Iterable[Event]) -> list[Event]:
    return [each for each in events if each.kind == EventKind.FORUM]


def _next(coming: Sequence[Event]) -> list[Event]:
    """Return the next forum that takes place, after those before it that are called off."""
    on = [*dropwhile(lambda each: each.status == EventStatus.CANCELLED, coming)]
    return [*coming[: len(coming) - len(on)], *on[:1]]


def _last(gone: Sequence[Event], coming: Sequence[Event], promised: Promises) -> list[Event]:
    """Return the last forum, while none is to come or its recordings are awaited."""
    held = [each for each in gone if each.status == EventStatus.PUBLISHED][:1]
    is_next_one = any(each.status == EventStatus.PUBLISHED for each in coming)
    return [each for each in held if not is_next_one or _is_owed(each, promised)]


def _is_owed(event: Event, promised: Promises) -> bool:
    return event.id in promised and promised[event.id].is_open


def _ways(coming: Iterable[Event]) -> str:
    """Return "In person, online, or by phone", of what is to come; nothing of nothing."""
    on = [each for each in coming if each.status == EventStatus.PUBLISHED]
    offered = {gate.mode for event in on for gate in event.gates}
    said = words.ways(offered)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _card(
    event: Event,
    venue: Venue | None,
    promised: Promises,
    runs: Course | None,
    *,
    now: datetime,
) -> ForumCard:
    is_on = event.status == EventStatus.PUBLISHED
    now_is = phase(event, now, visitors_zone())
    is_ahead = is_on and now_is == EventPhase.AHEAD
    is_over = is_on and now_is == EventPhase.OVER
    return ForumCard(
        item=lists.item(event, venue, now=now),
        kind=_kind(event, now_is, runs, now) if is_on else _("This forum is canceled"),
        phase=now_is,
        soon=_soon(ahead(event, now, visitors_zone())) if is_ahead else "",
        lines=[_held(event), *afterwards(event, promised.get(event.id))] if is_over else [],
        course=_course(event, runs, now) if runs else [],
        is_one_day=is_same_day(event.starts_at, event.ends_at, event),
    )


def _kind(event: Event, now_is: EventPhase, runs: Course | None, now: datetime) -> str:
    """Return the line above the title: what this forum is to someone who looks in now."""
    if now_is == EventPhase.AHEAD:
        return _("The next forum")
    if now_is == EventPhase.OVER:
        return _("The last forum")
    is_running = runs is not None and (bool(runs.running) or not runs.turns_at)
    if is_running and now >= event.starts_at:
        return _("On now")
    is_today = runs is None or not runs.coming or _is_today(runs.coming[0].starts_at, event, now)
    return _("Today") if is_today else _("The forum goes on")


def _is_today(at: datetime, event: Event, now: datetime) -> bool:
    """Tell whether an instant is today, for a visitor who has picked a zone on her clock."""
    return is_same_day(at, now, event, visitors_zone())


def _soon(distance: Distance) -> str:
    number = distance.number
    if distance.unit == Unit.MONTHS:
        return ngettext("in about %(num)d month", "in about %(num)d months", number)
    if distance.unit == Unit.WEEKS:
        return ngettext("in about %(num)d week", "in about %(num)d weeks", number)
    if number == 1:
        return _("tomorrow")
    return ngettext("in %(num)d day", "in %(num)d days", number)


def _held(event: Event) -> str:
    first = day_in_words(event.starts_at, event.timezone)
    until = event.ends_at - timedelta.resolution  # midnight is not the next day
    if last := last_day(event.starts_at, until, event.timezone):
        return _("It was held from %(first)s to %(last)s.", first=first, last=last)
    return _("It was held on %(day)s.", day=first)


def _course(event: Event, runs: Course, now: datetime) -> list[CourseLine]:
    lines = []
    if runs.running:
        lines.append(_line(event, _("Now"), runs.running))
    if runs.coming:
        at = runs.coming[0].starts_at
        zone = visitors_zone() or event.timezone
        _own, theirs = Times(event.timezone, zone).at(at)
        time = time_in_words(at, zone)
        time = f"{time} ({theirs})" if theirs else time
        day = "" if _is_today(at, event, now) else day_in_words(at, zone)
        label = _("Next, %(time)s", time=unbroken(f"{day}, {time}" if day else time))
        lines.append(_line(event, label, runs.coming))
    return lines


def _line(event: Event, label: str, sessions: Sequence[Session]) -> CourseLine:
    links = [
        SessionLink(words.titled(each), url_for("events.session", slug=event.slug, key=each.key))
        for each in sessions[:MOST_AT_ONCE]
    ]
    return CourseLine(label, links, len(sessions) - len(links))
