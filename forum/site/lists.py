"""Events in lists, on the first page and on the page of all events, as templates take them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import url_for

from forum.events import rules, words
from forum.events.models import Event, EventKind, EventStatus, Venue
from forum.events.phase_rules import EventPhase, next_morning, phase
from forum.events.promise_rules import Promise
from forum.events.promise_words import promised
from forum.events.rules import Standing
from forum.events.times import Times
from forum.i18n import _, day_in_words, lazy, visitors_zone
from forum.site.event_page import where
from forum.site.nearness import nearness, turns

STATES = {
    Standing.CANCELLED: (lazy("Canceled"), "rose"),
    Standing.ANNOUNCED: (lazy("Announced"), "quiet"),
    Standing.CLOSED: (lazy("Registration has closed"), "warning"),
}
"""What is said of an event beside its title; where one can register, a button says so."""

OFF = {Standing.CANCELLED, Standing.OVER}

Promises = Mapping[int, Promise]
"""What is promised of the recordings of some events, by their numbers."""
NOTHING: Promises = {}


@dataclass(frozen=True)
class EventItem:
    """One event in a list.

    `near` says that it is soon. `register` is where to register, or empty when one cannot. `note`
    says what became of the promise of its recordings, once it is over.
    """

    title: str
    href: str
    when: Sequence[str]
    where: str
    near: Sequence[words.Tag]
    tags: Sequence[words.Tag]
    register: str
    note: str


def items(
    events: Iterable[Event], venue: Venue | None, promises: Promises = NOTHING, *, now: datetime
) -> list[EventItem]:
    """Return the events for a list."""
    return [item(event, venue, promises, now=now) for event in events]


def by_year(
    events: Iterable[Event], promises: Promises, *, now: datetime
) -> list[tuple[int, list[EventItem]]]:
    """Return past events under their years, each by its own clock; the order stays."""
    return [
        (year, items(group, None, promises, now=now))
        for year, group in groupby(
            events, key=lambda event: event.starts_at.astimezone(ZoneInfo(event.timezone)).year
        )
    ]


def item(
    event: Event, venue: Venue | None, promises: Promises = NOTHING, *, now: datetime
) -> EventItem:
    """Return one event for a list."""
    standing = rules.standing(event, now)
    tags = list(_state(event, standing))
    if event.language == "es":
        tags.append((_("In Spanish"), "rose"))
    is_over = standing == Standing.OVER
    promise = promises.get(event.id)
    return EventItem(
        title=words.titled(event),
        href=url_for("events.show", slug=event.slug),
        when=Times(event.timezone, visitors_zone()).span(event.starts_at, event.ends_at),
        where="" if is_over else where(event.gates, venue if _is_forum(event) else None),
        near=[] if standing in OFF else list(nearness(event, now)),
        tags=tags,
        register=url_for("registration.register", slug=event.slug)
        if standing == Standing.OPEN
        else "",
        note=promised(event, promise) if is_over and promise and promise.is_open else "",
    )


def comes_first(forums: Iterable[Event], webcasts: Iterable[Event], now: datetime) -> bool:
    """Tell whether forums stand above webcasts: not while one can only register for the latter."""
    is_of_use = any(_is_open(each, now) or is_on_its_days(each, now) for each in forums)
    return is_of_use or not any(_is_open(each, now) for each in webcasts)


def is_on_its_days(event: Event, now: datetime) -> bool:
    """Tell whether an event takes place today, or goes on; today is the visitor's, if she says."""
    is_on = event.status == EventStatus.PUBLISHED
    return is_on and phase(event, now, visitors_zone()) == EventPhase.ON_ITS_DAYS


def next_change(events: Iterable[Event], promises: Promises, now: datetime) -> datetime | None:
    """Return the next instant at which time alone changes a list of these events."""
    changes = [at for each in events for at in (rules.next_change(each, now), *turns(each, now))]
    return earliest(*changes, *(each.turns_at for each in promises.values()))


def next_day(forums: Iterable[Event], now: datetime) -> datetime | None:
    """Return when the next day begins for forums that are to come, on the clock of one of them.

    For a visitor who has picked a zone, on hers.
    """
    zone = visitors_zone()
    return earliest(*(next_morning(each, now, zone) for each in forums if now < each.ends_at))


def earliest(*instants: datetime | None) -> datetime | None:
    """Return the first of these instants."""
    return min((at for at in instants if at is not None), default=None)


def _is_open(event: Event, now: datetime) -> bool:
    return rules.standing(event, now) == Standing.OPEN


def _is_forum(event: Event) -> bool:
    return event.kind == EventKind.FORUM


def _state(event: Event, standing: Standing) -> Iterator[words.Tag]:
    if standing == Standing.NOT_OPEN and event.registration_opens_at is not None:
        day = day_in_words(event.registration_opens_at, event.timezone)
        yield _("Registration opens on %(day)s", day=day), "quiet"
    elif standing in STATES:
        label, look = STATES[standing]
        yield str(label), look
