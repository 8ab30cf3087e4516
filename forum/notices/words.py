"""How changes are said: what it was and what it is now, on a reader's clock and the event's."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from forum.events.contact import dialled
from forum.events.models import Room, Session
from forum.i18n import _, both_zones
from forum.notices.baseline import State
from forum.notices.rules import Change, ChangeKind, one_by_one

SAY_WHEN = frozenset({ChangeKind.MOVED, ChangeKind.BACK})
"""What says when a session is; of any other it is said too: a neutral title tells little."""


class Said(NamedTuple):
    """An event or session that has changed: what it is called, and sentences about it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Teller:
    """How one reader is told: the titles she may read, the names of rooms, the zones in order.

    `room_of` returns the name of a room by its id, and nothing for one that she shall not read;
    `address_of` does the same to an address.
    """

    title_of: Callable[[Session], str]
    room_of: Callable[[int], str]
    address_of: Callable[[str], str]
    clocks: tuple[str, str]

    def said(self, changes: Iterable[Change]) -> tuple[Said, ...]:
        """Return everything that has changed, the event first, in the language spoken.

        Each thing is said once; sessions that only go along with their event are left out.
        """
        changes = list(changes)
        return *self.of_event(changes), *self.of_sessions(changes)

    def of_event(self, changes: Iterable[Change]) -> tuple[Said, ...]:
        """Return what has changed about the event as a whole, and that sessions go along."""
        changes = list(changes)
        along = _along(changes)
        whole = one_by_one(changes).whole
        return tuple(Said(self._title(each), (*self._lines(each), *along)) for each in whole)

    def of_sessions(self, changes: Iterable[Change]) -> tuple[Said, ...]:
        """Return what has changed about rooms and sessions, but for those that only go along."""
        found = one_by_one(changes)
        return (
            *(Said(self._room_title(each), tuple(self._joining(each))) for each in found.rooms),
            *(Said(self._title(each), tuple(self._lines(each))) for each in found.sessions),
        )

    def _room_title(self, change: Change) -> str:
        room = change.now.get("room_id")
        return (self.room_of(room) if room is not None else "") or _("How you take part")

    def _title(self, change: Change) -> str:
        if change.session is not None:
            return self.title_of(change.session)
        if ChangeKind.MOVED in change.kinds:
            return _("The day")
        return _("The address") if change.kinds == {ChangeKind.ADDRESS} else _("How you take part")

    def _lines(self, change: Change) -> Iterator[str]:
        was, now, kinds = change.before, change.now, change.kinds
        if ChangeKind.CANCELLED in kinds:
            yield _("It is canceled.")
            yield _("It was planned for: %(when)s", when=self._when(was))
            if change.is_chosen:
                yield _("You had chosen it. On your page you can choose another.")
            return
        if ChangeKind.BACK in kinds:
            yield _("It will take place after all.")
        if ChangeKind.ONLINE in kinds:
            yield _("Everything is online now. We do not meet in person.")
        if change.session is not None and not kinds & SAY_WHEN:
            yield _("The time stays the same: %(when)s", when=self._when(now))
        if ChangeKind.MOVED in kinds:
            yield _("Before: %(when)s", when=self._when(was))
        if kinds & {ChangeKind.MOVED, ChangeKind.BACK}:
            yield _("Now: %(when)s", when=self._when(now))
        yield from self._where(change)
        if ChangeKind.DELIVERY in kinds:
            yield self._delivery(now)
        yield from self._joining(change)

    def _when(self, facts: State) -> str:
        starts, ends = (datetime.fromisoformat(facts[name]) for name in ("starts_at", "ends_at"))
        said, *other = both_zones(starts, ends, *self.clocks)
        return f"{said} ({other[0]})" if other else said

    def _where(self, change: Change) -> Iterator[str]:
        was, now = change.before, change.now
        if ChangeKind.ADDRESS in change.kinds:
            yield self._address(was["address"] or "", now["address"] or "")
        if ChangeKind.ROOM in change.kinds:
            yield from self._room(was["room_id"], now["room_id"])

    def _address(self, was: str, now: str) -> str:
        before, after = self.address_of(was), self.address_of(now)
        if not before or not after:
            return _("The address is another one now.")
        return _(
            "The address is now: %(now)s. It is no longer: %(before)s.", now=after, before=before
        )

    def _room(self, was: int | None, now: int | None) -> Iterator[str]:
        name = self.room_of(now) if now is not None else ""
        before = self.room_of(was) if was is not None else ""
        if now is None:
            yield _("It has no room yet.")
        elif not name:
            yield _("It is in another room.")
        elif before:
            yield _("It is in another room: %(now)s, not %(before)s.", now=name, before=before)
        else:
            yield _("It is in this room: %(now)s.", now=name)

    def _joining(self, change: Change) -> Iterator[str]:
        was, now = change.before.get("dial_in"), change.now.get("dial_in")
        if ChangeKind.JOIN in change.kinds:
            yield self._stream(change.before.get("stream_url"), change.now.get("stream_url"))
        if ChangeKind.NUMBER not in change.kinds:
            return
        if now is None:
            yield _("You can no longer listen by phone.")
        elif was is None:
            yield _("The number to call: %(now)s", now=dialled(now))
        else:
            yield _(
                "The number to call: %(now)s, not %(before)s any more",
                now=dialled(now),
                before=dialled(was),
            )

    @staticmethod
    def _delivery(now: State) -> str:
        """Say whether it can be watched now; that it can only where there is an address."""
        if not now.get("is_streamed"):
            return _("It is no longer online. It is only in the room.")
        if now.get("stream_url") or now.get("dial_in"):
            return _("You can now also watch it online.")
        return _("It will also be online. There is no online address yet.")

    @staticmethod
    def _stream(was: str | None, now: str | None) -> str:
        """Say what has become of an address to watch; that there is a new one only if there is."""
        if now is None:
            return _("It has no online address at the moment.")
        if was is None:
            return _("It has an online address now. The Join button on your page opens it.")
        return _("It has a new online address. The Join button on your page opens it.")


def teller_for(
    rooms: Iterable[Room],
    *,
    title_of: Callable[[Session], str],
    name_of: Callable[[Room], str],
    clocks: tuple[str, str],
    address_of: Callable[[str], str] = str,
) -> Teller:
    """Return how a reader is told, given all rooms and the names by which she may know them.

    Without `address_of` she may read every address.
    """
    names = {room.id: name_of(room) for room in rooms}
    return Teller(title_of, lambda number: names.get(number, ""), address_of, clocks)


def _along(changes: Iterable[Change]) -> tuple[str, ...]:
    """Return that sessions keep their times of day: all, or all that are not told of apart."""
    ways = {each.moves_along for each in changes if each.session is not None}
    if True not in ways:
        return ()
    if False in ways:
        return (_("All other sessions move to the new date. Their times of day stay the same."),)
    return (_("The sessions move to the new date. Their times of day stay the same."),)
