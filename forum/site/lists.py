"""Events in lists, on the first page and on the page of all events, as templates take them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import url_for

from forum.events import rules, words
from forum.events.models import Event, EventKind, EventStatus, Venue
from forum.events.rules import Standing
from forum.events.times import Times
from forum.i18n import _, day_in_words, lazy
from forum.site.event_page import where

STATES = {
    Standing.CANCELLED: (lazy("Canceled"), "rose"),
    Standing.ANNOUNCED: (lazy("Announced"), "quiet"),
    Standing.OPEN: (lazy("Registration is open"), "good"),
    Standing.CLOSED: (lazy("Registration has closed"), "warning"),
}


@dataclass(frozen=True)
class EventItem:
    """One event in a list. `note` is a sentence about its recording, if it is over."""

    title: str
    href: str
    when: Sequence[str]
    where: str
    tags: Sequence[words.Tag]
    note: str
    is_forum: bool


def items(events: Iterable[Event], venue: Venue | None, *, now: datetime) -> list[EventItem]:
    """Return the events for a list."""
    return [_item(event, venue, now) for event in events]


def by_year(events: Iterable[Event], *, now: datetime) -> list[tuple[int, list[EventItem]]]:
    """Return past events under their years, each by its own clock; the order stays."""
    return [
        (year, items(group, None, now=now))
        for year, group in groupby(
            events, key=lambda event: event.starts_at.astimezone(ZoneInfo(event.timezone)).year
        )
    ]


def is_replayable(event: Event) -> bool:
    """Tell whether there is a recording, or a day by which there will be one."""
    has_word = event.details.get("recording") or event.details.get("promised_by")
    return event.status != EventStatus.CANCELLED and bool(has_word)


def next_change(events: Iterable[Event], now: datetime) -> datetime | None:
    """Return the next instant at which time alone changes a list of these events."""
    changes = (rules.next_change(event, now) for event in events)
    return min((at for at in changes if at is not None), default=None)


def _state(event: Event, standing: Standing) -> Iterator[words.Tag]:
    if standing == Standing.NOT_OPEN and event.registration_opens_at is not None:
        day = day_in_words(event.registration_opens_at, event.timezone)
        yield _("Registration opens on %(day)s", day=day), "quiet"
    elif standing in STATES:
        label, look = STATES[standing]
        yield str(label), look


def _item(event: Event, venue: Venue | None, now: datetime) -> EventItem:
    standing = rules.standing(event, now)
    tags = list(_state(event, standing))
    if event.language == "es":
        tags.append((_("In Spanish"), "rose"))
    is_forum = event.kind == EventKind.FORUM
    return EventItem(
        title=words.titled(event),
        href=url_for("events.show", slug=event.slug),
        when=Times(event.timezone, None).span(event.starts_at, event.ends_at),
        where=where(event.gates, venue if is_forum else None),
        tags=tags,
        note=" ".join(words.recording(event)) if standing == Standing.OVER else "",
        is_forum=is_forum,
    )
