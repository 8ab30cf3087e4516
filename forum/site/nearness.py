"""How near something is, beside its title: today, within the hour, on now."""

from collections.abc import Iterator
from datetime import datetime

from forum.events import words
from forum.events.models import Event, EventKind, Session
from forum.events.phase_rules import COUNTED, is_same_day, morning_of
from forum.i18n import _, visitors_zone


def nearness(what: Event | Session, now: datetime) -> Iterator[words.Tag]:
    """Say how near an event or a session is that takes place and is not over.

    Its day is the visitor's, if she says her zone. A forum that has begun is "today": what of it
    is on its agenda says.
    """
    has_begun = what.starts_at <= now
    if has_begun and not (isinstance(what, Event) and what.kind == EventKind.FORUM):
        yield _("On now"), "good"
        return
    if has_begun or is_same_day(what.starts_at, now, _event(what), visitors_zone()):
        yield _("Today"), "good"
    if not has_begun and what.starts_at - now <= COUNTED:
        yield _("Starts within the hour"), "good"


def turns(what: Event | Session, now: datetime) -> list[datetime]:
    """Return when time alone changes how near it is said to be."""
    starts_at = what.starts_at
    morning = morning_of(starts_at, _event(what), visitors_zone())
    return [at for at in (morning, starts_at - COUNTED, starts_at, what.ends_at) if at > now]


def _event(what: Event | Session) -> Event:
    return what if isinstance(what, Event) else what.event
