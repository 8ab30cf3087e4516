"""One person's day: her own sessions and what is open to everybody, in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from zoneinfo import ZoneInfo

from forum.events import queries as events
from forum.events import words
from forum.events.contact import dialled
from forum.events.models import Mode, Session, SessionKind, SessionStatus
from forum.events.times import Times
from forum.i18n import _, day_in_words
from forum.registration.clash_words import same_time
from forum.registration.models import SessionPlace, Status
from forum.registration.my.page import MyPage
from forum.tongues import say


@dataclass(frozen=True)
class DayItem:
    """One session of the day. `other_time` is on the event's clock, where that differs."""

    key: str
    title: str
    time: str
    other_time: str
    where: str
    state: words.Tag | None
    clash: str
    is_break: bool


@dataclass(frozen=True)
class DayPart:
    """The items of one day on her clock. The title is empty when there is only one day."""

    title: str
    items: Sequence[DayItem]


class DayPage:
    """What one person can attend, as she attends: rooms in person, else what is live."""

    def __init__(self, page: MyPage, *, full_titles: bool) -> None:
        """Look at her day. `full_titles` shows them once, whatever her emails say."""
        self._page = page
        self._full_titles = full_titles or page.is_full
        self._places = {place.session_id: place for place in page.session_places}
        zone = page.event.timezone
        self._times = Times(zone, page.registration.timezone)
        self._clock = ZoneInfo(page.registration.timezone)

    @property
    def zones(self) -> list[str]:
        """Return the names of the clocks that times are said in, hers first."""
        return self._times.zones(self._page.event.starts_at)

    @cached_property
    def parts(self) -> list[DayPart]:
        """Return her days, each with its items in order."""
        timed = [each for each in self._mine if each.kind != SessionKind.DROPIN]
        days = [(day, list(group)) for day, group in groupby(timed, key=self._day)]
        return [
            DayPart(
                title=day_in_words(group[0].starts_at, self._clock.key) if len(days) > 1 else "",
                items=[self._item(each) for each in group],
            )
            for _day, group in days
        ]

    def coming(self, most: int, *, shown: set[str]) -> list[DayItem]:
        """Return the next items of hers that are not over, but for those `shown` by their keys."""
        now, hidden = self._page.now, SessionKind.DROPIN
        timed = [each for each in self._mine if each.kind != hidden and each.key not in shown]
        return [self._item(each) for each in timed if each.ends_at > now][:most]

    @cached_property
    def all_day(self) -> list[DayItem]:
        """Return the rooms that are open while everything else goes on."""
        return [self._item(each) for each in self._mine if each.kind == SessionKind.DROPIN]

    @cached_property
    def _mine(self) -> list[Session]:
        return [each for each in events.sessions(self._page.event) if self._is_mine(each)]

    def _is_mine(self, session: Session) -> bool:
        if session.status != SessionStatus.SCHEDULED:
            return False
        if not self._page.is_here:
            return session.is_streamed
        return session.capacity is None or session.id in self._places

    def _day(self, session: Session) -> date:
        return session.starts_at.astimezone(self._clock).date()

    def _item(self, session: Session) -> DayItem:
        own, theirs = self._times.at(session.starts_at)
        hours = self._times.hours(session.starts_at, session.ends_at)
        return DayItem(
            key=session.key,
            title=self._named(session),
            time=hours if session.kind == SessionKind.DROPIN else own,
            other_time=theirs,
            where=self._where(session),
            state=_state(self._places.get(session.id)),
            clash=self._clash(session),
            is_break=session.kind == SessionKind.BREAK,
        )

    def _where(self, session: Session) -> str:
        room = session.room
        if room is None:
            return ""
        if self._page.is_here:
            return _("%(room)s, floor %(floor)s", room=say(room, "name"), floor=room.floor)
        if self._page.registration.mode == Mode.PHONE:
            return _("Call %(number)s", number=dialled(room.dial_in)) if room.dial_in else ""
        return _("Live online")

    def _clash(self, session: Session) -> str:
        """Return which of her chosen sessions is on at the same time as this chosen one."""
        if session.id not in self._places:
            return ""
        chosen = [place.session for place in self._places.values()]
        names = [self._named(each) for each in same_time(session, chosen)]
        return _("At the same time: %(names)s", names="; ".join(names)) if names else ""

    def _named(self, session: Session) -> str:
        return words.titled(session, is_full=self._full_titles)


def _state(place: SessionPlace | None) -> words.Tag | None:
    if place is None:
        return None
    if place.status == Status.CONFIRMED:
        return _("Place booked"), "good"
    return _("On the waitlist"), "warning"
