"""One person's day: her own sessions and what is open to everybody, in the order of time.

On her own clock and the event's; for whoever comes to the place, whose clocks she sees, on the
event's alone.
"""

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
from forum.registration.rules import JOIN_STAYS
from forum.tongues import say


@dataclass(frozen=True)
class DayItem:
    """One session of the day. `other_time` is on the event's clock, where that differs.

    `tags`: for whom it is, in which language, and with what help.
    """

    key: str
    title: str
    time: str
    ends: str
    other_time: str
    tags: Sequence[words.Tag]
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

    def __init__(self, page: MyPage) -> None:
        """Look at her day."""
        self._page = page
        self._places = {place.session_id: place for place in page.session_places}
        self._times = Times(page.event.timezone, page.clock)
        self._clock = ZoneInfo(page.clock)

    @property
    def zones(self) -> str:
        """Return the names of the clocks that times are said in, hers first."""
        return words.all_of(self._times.zones(self._page.event.starts_at))

    @cached_property
    def parts(self) -> list[DayPart]:
        """Return her days, each with its items in order."""
        days = [(day, list(group)) for day, group in groupby(self._timed, key=self._day)]
        return [
            DayPart(
                title=day_in_words(group[0].starts_at, self._clock.key) if len(days) > 1 else "",
                items=[self._item(each) for each in group],
            )
            for _day, group in days
        ]

    @property
    def running(self) -> list[DayItem]:
        """Return the items of hers that are on now."""
        now = self._page.now
        return [self._item(each) for each in self._timed if each.starts_at <= now < each.ends_at]

    def coming(self, most: int, *, shown: set[str]) -> tuple[list[DayItem], int]:
        """Return the next items of hers, but for those `shown` by their keys.

        Of all that is open to everybody, the next in which she has a place is among them. And how
        many more there are that begin when one of them does.
        """
        now = self._page.now
        left = [each for each in self._timed if each.starts_at > now and each.key not in shown]
        booked = [each for each in left if self._is_booked(each)]
        soon = left[:most]
        if booked and not any(self._is_booked(each) for each in soon):
            soon = [*left[: most - 1], booked[0]]
        starts = {each.starts_at for each in soon}
        at_once = sum(each.starts_at in starts for each in left) - len(soon)
        return [self._item(each) for each in soon], at_once

    def _is_booked(self, session: Session) -> bool:
        place = self._places.get(session.id)
        return place is not None and place.status == Status.CONFIRMED

    @property
    def _timed(self) -> list[Session]:
        return [each for each in self._mine if each.kind != SessionKind.DROPIN]

    @cached_property
    def all_day(self) -> list[DayItem]:
        """Return the rooms that are open while everything else goes on."""
        return [self._item(each) for each in self._mine if each.kind == SessionKind.DROPIN]

    @cached_property
    def _mine(self) -> list[Session]:
        """Return her sessions by time, of those at one time what she chose first."""
        mine = [each for each in events.sessions(self._page.event) if self._is_mine(each)]
        return sorted(mine, key=lambda each: (each.starts_at, each.id not in self._places))

    def _is_mine(self, session: Session) -> bool:
        if session.status != SessionStatus.SCHEDULED:
            return False
        if not self._page.is_here:
            return session.is_streamed or session.id in self._places
        return session.capacity is None or session.id in self._places

    def _day(self, session: Session) -> date:
        return session.starts_at.astimezone(self._clock).date()

    def _item(self, session: Session) -> DayItem:
        own, theirs = self._times.at(session.starts_at)
        until, _theirs = self._times.at(session.ends_at)
        is_open = session.kind == SessionKind.DROPIN
        return DayItem(
            key=session.key,
            title=self._page.named(session),
            time=self._times.hours(session.starts_at, session.ends_at) if is_open else own,
            ends="" if is_open else _("to %(time)s", time=until),
            other_time=theirs,
            tags=words.needs_met(session, self._page.registration.mode),
            where=self._where(session),
            state=None if self._page.is_over else _state(self._places.get(session.id)),
            clash=self._clash(session),
            is_break=session.kind == SessionKind.BREAK,
        )

    def _where(self, session: Session) -> str:
        room = session.room
        is_past = self._page.now >= session.ends_at + JOIN_STAYS
        if room is None or (is_past and not self._page.is_here):
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
        names = [self._page.named(each) for each in same_time(session, chosen)]
        return _("At the same time: %(names)s", names="; ".join(names)) if names else ""


def _state(place: SessionPlace | None) -> words.Tag | None:
    if place is None:
        return None
    if place.status == Status.CONFIRMED:
        return _("Place booked"), "good"
    return _("On the waitlist"), "warning"
