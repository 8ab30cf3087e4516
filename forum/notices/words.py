"""How changes are said: what it was and what it is now, on a reader's clock and the event's."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from forum.events.contact import dialled
from forum.events.models import Room, Session
from forum.i18n import _, both_zones
from forum.notices.baseline import State
from forum.notices.rules import Change, ChangeKind

BY_ROOM = frozenset({ChangeKind.JOIN, ChangeKind.NUMBER})
"""What is said once for a room that it concerns, and not for each session in it."""


class Said(NamedTuple):
    """An event or session that has changed: what it is called, and sentences about it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Teller:
    """How one reader is told: the titles she may read, the names of rooms, her clock.

    `room_of` returns the name of a room by its id, and nothing for one that she shall not read.
    """

    title_of: Callable[[Session], str]
    room_of: Callable[[int], str]
    event_zone: str
    own_zone: str

    def said(self, changes: Iterable[Change]) -> tuple[Said, ...]:
        """Return everything that has changed, the event first, in the language spoken.

        Sessions that only go along with their event are left out.
        """
        changes = list(changes)
        whole = [each for each in changes if each.session is None]
        apart = [each for each in changes if each.session is not None and not each.moves_along]
        return (
            *self._each(whole),
            *self._rooms(changes),
            *self._each(apart),
        )

    def _each(self, changes: Iterable[Change]) -> Iterator[Said]:
        for change in changes:
            own = _without_rooms(change)
            if own.kinds:
                yield Said(self._title(own), tuple(self._lines(own)))

    def _title(self, change: Change) -> str:
        if change.session is not None:
            return self.title_of(change.session)
        return _("The day") if ChangeKind.MOVED in change.kinds else _("How to join")

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
        if ChangeKind.MOVED in kinds:
            yield _("Before: %(when)s", when=self._when(was))
        if kinds & {ChangeKind.MOVED, ChangeKind.BACK}:
            yield _("Now: %(when)s", when=self._when(now))
        if ChangeKind.ROOM in kinds:
            yield from self._room(was["room_id"], now["room_id"])
        if ChangeKind.DELIVERY in kinds:
            yield self._delivery(now)
        yield from self._joining(change)

    def _when(self, facts: State) -> str:
        starts, ends = (datetime.fromisoformat(facts[name]) for name in ("starts_at", "ends_at"))
        own, *other = both_zones(starts, ends, self.event_zone, self.own_zone)
        return f"{own} ({other[0]})" if other else own

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
            yield self._address(change.before.get("stream_url"), change.now.get("stream_url"))
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
    def _address(was: str | None, now: str | None) -> str:
        """Say what has become of an address to watch; that there is a new one only if there is."""
        if now is None:
            return _("It has no online address at the moment.")
        if was is None:
            return _("It has an online address now. The Join button on your page opens it.")
        return _("It has a new online address. The Join button on your page opens it.")

    def _rooms(self, changes: Iterable[Change]) -> Iterator[Said]:
        told = set()
        for change in changes:
            kinds = change.kinds & BY_ROOM
            room, facts = change.now.get("room_id"), (change.before, change.now)
            key = (room, *(each.get(name) for each in facts for name in ("stream_url", "dial_in")))
            if kinds and _is_in_one_room(change) and key not in told:
                told.add(key)
                name = self.room_of(room) if room is not None else ""
                yield Said(
                    name or _("How to join"), tuple(self._joining(replace(change, kinds=kinds)))
                )


def teller_for(
    rooms: Iterable[Room],
    *,
    title_of: Callable[[Session], str],
    name_of: Callable[[Room], str],
    event_zone: str,
    own_zone: str,
) -> Teller:
    """Return how a reader is told, given all rooms and the names by which she may know them."""
    names = {room.id: name_of(room) for room in rooms}
    return Teller(title_of, lambda number: names.get(number, ""), event_zone, own_zone)


def _is_in_one_room(change: Change) -> bool:
    return change.before.get("room_id") == change.now.get("room_id")


def _without_rooms(change: Change) -> Change:
    return replace(change, kinds=change.kinds - BY_ROOM) if _is_in_one_room(change) else change
