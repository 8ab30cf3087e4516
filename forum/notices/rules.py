"""What has changed, and whom it concerns. Pure.

Compared are states: what someone was told before, and how it is now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from zoneinfo import ZoneInfo

from forum.events.models import Event, EventKind, EventStatus, Mode, Session, SessionStatus
from forum.notices.baseline import Baseline, State, state_of
from forum.registration.models import Status

_JOINING: tuple[Literal["stream_url", "dial_in"], ...] = ("stream_url", "dial_in")
OFF = frozenset({str(SessionStatus.CANCELLED), str(EventStatus.CANCELLED)})


class ChangeKind(StrEnum):
    """What has changed about a session or an event."""

    CANCELLED = "cancelled"
    BACK = "back"
    """It takes place after all."""
    MOVED = "moved"
    ROOM = "room"
    DELIVERY = "delivery"
    """It is streamed now, or is not any more."""
    JOIN = "join"
    """The stream has a new address."""
    NUMBER = "number"
    """There is a new number to call."""
    ADDRESS = "address"
    """The house to come to is at another address."""
    ONLINE = "online"
    """Nobody comes to the place: the whole event is online."""


BY_ROOM = frozenset({ChangeKind.JOIN, ChangeKind.NUMBER})
"""What is said once for a room that it concerns, and not for each session in it."""
EVERYONE = frozenset(Mode)
AFAR = frozenset({Mode.WEBCAST, Mode.PHONE})
CONCERNS = {
    ChangeKind.CANCELLED: EVERYONE,
    ChangeKind.BACK: EVERYONE,
    ChangeKind.MOVED: EVERYONE,
    ChangeKind.ROOM: frozenset({Mode.IN_PERSON}),
    ChangeKind.DELIVERY: AFAR,
    ChangeKind.JOIN: frozenset({Mode.WEBCAST}),
    ChangeKind.NUMBER: frozenset({Mode.PHONE}),
    ChangeKind.ADDRESS: frozenset({Mode.IN_PERSON}),
    ChangeKind.ONLINE: frozenset({Mode.IN_PERSON}),
}
"""Whom each kind of change concerns, by how they attend."""
LONGEST_WORDS = 500
"""Letters of the desk's own sentence."""
HOURS_OF = "hours_of"
"""The fact of an email that has left: of which sessions it named the hours, by their numbers."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """What decides what concerns a person.

    `is_waiting` is for one who has no place at the event yet; `sessions` are those with limited
    places in which she has a place or a number. `waits_for_room` is for one who waits to come,
    with or without another place meanwhile.
    """

    mode: Mode
    is_waiting: bool = False
    sessions: frozenset[int] = frozenset()
    waits_for_room: bool = False


class Was(StrEnum):
    """How someone stood before her whole event went online, if that is another way than now."""

    IN_PERSON = "in_person"
    """She had a place in the room."""
    WAITING = "waiting"
    """She waited for the room, and had no place."""
    RELIEVED = "relieved"
    """She waited for the room, and has a place elsewhere."""


def stands(mode: Mode | str, status: Status | str, waits_for: Mode | str | None) -> Was | None:
    """Return how someone stands towards the room of an event: None for one who is elsewhere."""
    if mode == Mode.IN_PERSON:
        return Was.WAITING if status == Status.WAITLISTED else Was.IN_PERSON
    return Was.RELIEVED if waits_for == Mode.IN_PERSON else None


def took_part(standing: Mapping[str, object]) -> bool:
    """Tell whether someone had or waited for a place, by what is written down of one remembered."""
    return standing.get("had", Status.CANCELLED) != Status.CANCELLED


def stood(standing: Mapping[str, Any]) -> Was | None:
    """Return the same of one remembered who took part, by what is written down of her."""
    return stands(standing["mode"], standing["had"], standing["waits_for"])


@dataclass(frozen=True, slots=True)
class Change:
    """What is different about a session, or about the event as a whole (`session` None).

    `moves_along` is for a session that has only gone with its event to another day, `is_chosen`
    for one with limited places that its reader has chosen.
    """

    session: Session | None
    before: State
    now: State
    kinds: frozenset[ChangeKind]
    moves_along: bool = False
    is_chosen: bool = False

    @property
    def is_in_one_room(self) -> bool:
        """Tell whether it is where it was."""
        return self.before.get("room_id") == self.now.get("room_id")


@dataclass(frozen=True, slots=True)
class OneByOne:
    """Changes as they are said and counted: each thing once, in this order.

    What has changed in a room is said of the room; sessions that only go along with their event
    are left out.
    """

    whole: tuple[Change, ...]
    rooms: tuple[Change, ...]
    sessions: tuple[Change, ...]

    @property
    def number(self) -> int:
        """Return how many there are."""
        return len(self.whole) + len(self.rooms) + len(self.sessions)


def one_by_one(changes: Iterable[Change]) -> OneByOne:
    """Return changes as they are said and counted."""
    changes = list(changes)
    rooms: dict[tuple[object, ...], Change] = {}
    for each in changes:
        if each.is_in_one_room and (kinds := each.kinds & BY_ROOM):
            told = [states.get(name) for states in (each.before, each.now) for name in _JOINING]
            rooms.setdefault((each.now.get("room_id"), *told), replace(each, kinds=kinds))
    apart = [_without_room(each) for each in changes if not each.moves_along]
    return OneByOne(
        tuple(each for each in apart if each.session is None and each.kinds),
        tuple(rooms.values()),
        tuple(each for each in apart if each.session is not None and each.kinds),
    )


def key_of(happening: Event | Session) -> int | None:
    """Return under what an event (None) or a session is known among what happens at an event."""
    return None if isinstance(happening, Event) else happening.id


def known(happening: Event | Session, registered_at: datetime) -> State | None:
    """Return what somebody was told of it who registered at an instant, None if nothing."""
    if happening.told is None:
        return None
    told = Baseline.from_json(happening.told)
    return told.up_to(state_of(happening), happening.changed_at).known_to(registered_at)


def changes(
    event: Event,
    sessions: Sequence[Session],
    before: Mapping[int | None, State],
    reader: Attendance,
    *,
    now: datetime,
) -> tuple[Change, ...]:
    """Return what is different for a reader.

    `before` is what she was told of the event (under None) and of sessions (under their ids).
    Sessions that are over are left out. A webcast and its one session are one happening.
    """
    whole = _change(event, before, reader)
    found = [] if whole is None else [whole]
    for session in sessions:
        change = _change(session, before, reader)
        if (
            change is not None
            and event.kind != EventKind.WEBCAST
            and now < session.ends_at
            and _attends(session, change, reader)
        ):
            goes_along = whole is not None and moves_along(whole, change, event.timezone)
            is_chosen = session.id in reader.sessions
            found.append(replace(change, moves_along=goes_along, is_chosen=is_chosen))
    return tuple(each for each in found if each.kinds)


def kinds(before: State, now: State) -> frozenset[ChangeKind]:
    """Return what is different; of what is canceled, only that."""
    was_off, is_off = (facts.get("status") in OFF for facts in (before, now))
    if is_off:
        return frozenset() if was_off else frozenset({ChangeKind.CANCELLED})
    found = {ChangeKind.BACK} if was_off else set()
    if _differ(before, now, "starts_at", "ends_at"):
        found.add(ChangeKind.MOVED)
    if _differ(before, now, "room_id"):
        found.add(ChangeKind.ROOM)
    if before.get("address") and now.get("address") and _differ(before, now, "address"):
        found.add(ChangeKind.ADDRESS)
    if now.get("is_online") and not before.get("is_online"):
        found.add(ChangeKind.ONLINE)
    if _differ(before, now, "is_streamed"):
        return frozenset({*found, ChangeKind.DELIVERY})
    if _differ(before, now, "stream_url"):
        found.add(ChangeKind.JOIN)
    if _differ(before, now, "dial_in"):
        found.add(ChangeKind.NUMBER)
    return frozenset(found)


def address_told(event: Event, registered_at: datetime) -> str | None:
    """Return where someone who registered at an instant thinks it is, if it is elsewhere by now.

    None once a notice has said so, and where nobody comes to a place.
    """
    if event.told is None:
        return None
    before = Baseline.from_json(event.told).known_to(registered_at).get("address")
    now = state_of(event).get("address")
    return before if before and now and before != now else None


def has_told_end(session: Session) -> bool:
    """Tell whether everyone has been told that a session is canceled: it stays so."""
    return session.told is not None and (
        Baseline.from_json(session.told).announced.get("status") in OFF
    )


def changes_entry(
    mode: Mode, before: Mapping[int | None, State], now: Mapping[int | None, State]
) -> bool:
    """Tell whether the entry of the event in somebody's own calendar says something else now.

    Both are states of the event under None, and of all its sessions under their ids. `mode` is how
    she attended before: whoever was not to come has no place in her entry.
    """
    different = kinds(before[None], now[None])
    if ChangeKind.MOVED in different:
        return True
    if mode == Mode.IN_PERSON:
        return bool(different & {ChangeKind.ADDRESS, ChangeKind.ONLINE})
    return numbers(before) != numbers(now)


def numbers(states: Mapping[int | None, State]) -> frozenset[tuple[int | None, str]]:
    """Return the rooms and numbers that one can call: what an entry of an event in a calendar says.

    `states` are those of the event under None, and of its sessions under their ids.
    """
    event = states[None]
    if event.get("room_id") is not None:
        told = [event]
    else:
        told = [each for key, each in states.items() if key is not None]
    return frozenset(
        (each["room_id"], number)
        for each in told
        if (number := each.get("dial_in")) and each.get("status") not in OFF
    )


def _without_room(change: Change) -> Change:
    return replace(change, kinds=change.kinds - BY_ROOM) if change.is_in_one_room else change


def _change(
    happening: Event | Session, before: Mapping[int | None, State], reader: Attendance
) -> Change | None:
    was = before.get(key_of(happening))
    if was is None:
        return None
    is_now = state_of(happening)
    hers = frozenset(kind for kind in kinds(was, is_now) if _is_hers(kind, reader))
    return Change(happening if isinstance(happening, Session) else None, was, is_now, hers)


def _is_hers(kind: ChangeKind, reader: Attendance) -> bool:
    is_relieved = kind == ChangeKind.ONLINE and reader.waits_for_room
    return reader.mode in CONCERNS[kind] or is_relieved


def _attends(session: Session, change: Change, reader: Attendance) -> bool:
    is_in_it = session.id in reader.sessions
    if reader.is_waiting:
        return is_in_it
    if reader.mode == Mode.IN_PERSON:
        return is_in_it or session.capacity is None
    return bool(change.before.get("is_streamed") or change.now.get("is_streamed"))


def moves_along(event: Change, session: Change, zone: str) -> bool:
    """Tell whether a session has only gone with its event to another day, at its time of day.

    The event may begin or end at another hour as well.
    """
    was, is_now = (_local(each, "starts_at", zone).date() for each in (event.before, event.now))
    days = is_now - was
    return (
        bool(days)
        and kinds(session.before, session.now) == {ChangeKind.MOVED}
        and all(
            _days(session.before, session.now, name, zone) == days
            for name in ("starts_at", "ends_at")
        )
    )


def _differ(before: Mapping[str, object], now: Mapping[str, object], *names: str) -> bool:
    return any(before.get(name, now.get(name)) != now.get(name) for name in names)


def _days(
    before: State, now: State, name: Literal["starts_at", "ends_at"], zone: str
) -> timedelta | None:
    """Return by how many whole days an instant has moved on the clock of `zone`, or None."""
    moved = _local(now, name, zone) - _local(before, name, zone)
    return moved if moved and not moved % timedelta(days=1) else None


def _local(state: State, name: Literal["starts_at", "ends_at"], zone: str) -> datetime:
    return datetime.fromisoformat(state[name]).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
