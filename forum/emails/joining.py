"""How somebody joins from afar, as emails say it: from when, and whether there is a way yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from forum.events.models import Event, EventKind, Mode, Session
from forum.events.rules import is_watchable, join_opens
from forum.i18n import _, day_on


@dataclass(frozen=True, slots=True)
class Joining:
    """The way to an event online.

    `opens_before` is how many minutes before the start the Join button works. `is_there` tells
    whether something can be joined, or will be by what is stored now; `is_whole` whether that is
    so of all that is still to be shown. `starts_at` is when the first of it starts.
    """

    is_forum: bool = False
    opens_before: int = 0
    is_there: bool = False
    is_whole: bool = False
    starts_at: datetime | None = None

    def opens_after(self, now: datetime) -> datetime | None:
        """Return from when the first of it can be joined, where that is still to come."""
        if not self.is_there or self.starts_at is None:
            return None
        opens_at = self.starts_at - timedelta(minutes=self.opens_before)
        return opens_at if opens_at > now else None

    @property
    def in_words(self) -> str:
        """Return from when she can join: a forum may begin with what is not shown online."""
        if not self.is_there:
            return _(
                "There is nothing to join yet. The Join button will be on your page."
                " You can also call us."
            )
        if not self.is_forum:
            said = _("The Join button is on your page from %(minutes)s minutes before the start.")
        elif self.is_whole:
            said = _(
                "On your page, each online session has a Join button from %(minutes)s minutes"
                " before it starts."
            )
        else:
            said = _(
                "On your page, online sessions have a Join button from %(minutes)s minutes before"
                " they start. For some of them there is nothing to join yet."
            )
        return said % {"minutes": self.opens_before}


NOWHERE = Joining()
"""Of who does not watch."""


def joining(event: Event, streamed: Iterable[Session], *, now: datetime) -> Joining:
    """Return the way to an event. `streamed` is what is shown online, in the order of the day."""
    shown = [*streamed]
    left = [each for each in shown if each.ends_at > now] or shown
    are_there = [is_watchable(each) for each in left]
    return Joining(
        is_forum=event.kind == EventKind.FORUM,
        opens_before=join_opens(event) // timedelta(minutes=1),
        is_there=any(are_there),
        is_whole=all(are_there),
        starts_at=shown[0].starts_at if shown else None,
    )


def begins_at(event: Event, first: datetime | None, zone: str) -> datetime:
    """Return when it starts for her: on its first day, from afar she awaits the `first` stream."""
    first = first or event.starts_at
    is_same_day = day_on(first, zone) == day_on(event.starts_at, zone)
    return max(first, event.starts_at) if is_same_day else event.starts_at


def start_in_words(day: str, time: str, *, afar: Mode | None, is_today: bool) -> str:
    """Return when it starts for her. `afar` is how she takes part, where hers begins later."""
    match afar:
        case None:
            said = _("Today, %(time)s") if is_today else _("%(day)s, %(time)s")
        case Mode.PHONE if is_today:
            said = _("Today. By phone from %(time)s")
        case Mode.PHONE:
            said = _("%(day)s, by phone from %(time)s")
        case _other:
            said = (
                _("Today. Online from %(time)s") if is_today else _("%(day)s, online from %(time)s")
            )
    return said % {"day": day, "time": time}
