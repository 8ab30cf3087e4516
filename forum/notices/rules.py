"""What has changed, and whom it concerns. Pure.

Facts are those of `told`: what someone was told before, and how it is now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from forum.events.models import Event, EventKind, EventStatus, Mode, Session, SessionStatus
from forum.notices import told
from forum.notices.told import Facts

OFF = frozenset({str(SessionStatus.CANCELLED), str(EventStatus.CANCELLED)})


class Kind(StrEnum):
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
    ONLINE = "online"
    """Nobody comes to the place: the whole event is online."""


EVERYONE = frozenset(Mode)
AFAR = frozenset({Mode.WEBCAST, Mode.PHONE})
CONCERNS = {
    Kind.CANCELLED: EVERYONE,
    Kind.BACK: EVERYONE,
    Kind.MOVED: EVERYONE,
    Kind.ROOM: frozenset({Mode.IN_PERSON}),
    Kind.DELIVERY: AFAR,
    Kind.JOIN: frozenset({Mode.WEBCAST}),
    Kind.NUMBER: frozenset({Mode.PHONE}),
    Kind.ONLINE: frozenset({Mode.IN_PERSON}),
}
"""Whom each kind of change concerns, by how they attend."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What decides what concerns a person.

    `is_waiting` is for one who has no place at the event yet; `sessions` are those with limited
    places in which she has a place or a number. `waits_for_room` is for one who waits to come,
    with or without another place meanwhile.
    """

    mode: Mode
    is_waiting: bool = False
    sessions: frozenset[int] = frozenset()
    waits_for_room: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What is different about a session, or about the event as a whole (`session` None).

    `moves_along` is for a session that has only gone with its event to another day.
    """

    session: Session | None
    before: Facts
    now: Facts
    kinds: frozenset[Kind]
    moves_along: bool = False


def key_of(thing: Event | Session) -> int | None:
    """Return under what an event (None) or a session is known among the things of an event."""
    return None if isinstance(thing, Event) else thing.id


def changes(  # noqa: PLR0913 - what a difference depends on, by name
    event: Event,
    sessions: Sequence[Session],
    stored: Mapping[int | None, Facts],
    reader: Reader,
    *,
    registered_at: datetime,
    now: datetime,
) -> tuple[Change, ...]:
    """Return what is different for a reader who registered at an instant.

    `stored` is what was told of the event (under None) and of sessions (under their ids), as it
    is kept. Sessions that are over are left out. A webcast and its one session are one thing.
    """
    whole = _change(event, stored, reader, registered_at)
    found = [] if whole is None else [whole]
    for session in sessions:
        change = _change(session, stored, reader, registered_at)
        if (
            change is not None
            and event.kind != EventKind.WEBCAST
            and now < session.ends_at
            and _attends(session, change, reader)
        ):
            goes_along = whole is not None and _moves_along(whole, change, event.timezone)
            found.append(replace(change, moves_along=goes_along))
    return tuple(each for each in found if each.kinds)


def kinds(before: Facts, now: Facts) -> frozenset[Kind]:
    """Return what is different; of what is canceled, only that."""
    was_off, is_off = (facts.get("status") in OFF for facts in (before, now))
    if is_off:
        return frozenset() if was_off else frozenset({Kind.CANCELLED})
    found = {Kind.BACK} if was_off else set()
    if _differ(before, now, "starts_at", "ends_at"):
        found.add(Kind.MOVED)
    if _differ(before, now, "room_id"):
        found.add(Kind.ROOM)
    if now.get("is_online") and not before.get("is_online"):
        found.add(Kind.ONLINE)
    if _differ(before, now, "is_streamed"):
        return frozenset({*found, Kind.DELIVERY})
    if _differ(before, now, "stream_url"):
        found.add(Kind.JOIN)
    if _differ(before, now, "dial_in"):
        found.add(Kind.NUMBER)
    return frozenset(found)


def numbers(facts: Mapping[int | None, Facts]) -> frozenset[tuple[int, str]]:
    """Return the rooms and numbers that one can call: what an entry of an event in a calendar says.

    `facts` are those of the event under None, and of its sessions under their ids.
    """
    event = facts[None]
    if event.get("room_id") is not None:
        told = [event]
    else:
        told = [each for key, each in facts.items() if key is not None]
    return frozenset(
        (each["room_id"], each["dial_in"])
        for each in told
        if each.get("dial_in") and each.get("status") not in OFF
    )


def _change(
    thing: Event | Session,
    stored: Mapping[int | None, Facts],
    reader: Reader,
    registered_at: datetime,
) -> Change | None:
    """Return what is different of one thing; None for what she was told so from the start."""
    before = stored.get(key_of(thing))
    if before is None or (thing.changed_at and registered_at > thing.changed_at):
        return None
    was, is_now = told.seen(before, registered_at), told.of(thing)
    hers = frozenset(kind for kind in kinds(was, is_now) if _is_hers(kind, reader))
    return Change(thing if isinstance(thing, Session) else None, was, is_now, hers)


def _is_hers(kind: Kind, reader: Reader) -> bool:
    is_relieved = kind == Kind.ONLINE and reader.waits_for_room
    return reader.mode in CONCERNS[kind] or is_relieved


def _attends(session: Session, change: Change, reader: Reader) -> bool:
    is_in_it = session.id in reader.sessions
    if reader.is_waiting:
        return is_in_it
    if reader.mode == Mode.IN_PERSON:
        return is_in_it or session.capacity is None
    return bool(change.before.get("is_streamed") or change.now.get("is_streamed"))


def _moves_along(event: Change, session: Change, zone: str) -> bool:
    """Tell whether a session has only gone with its event to another day, at its time of day."""
    days = _days(event.before, event.now, "starts_at", zone)
    return (
        days is not None
        and kinds(session.before, session.now) == {Kind.MOVED}
        and all(
            _days(session.before, session.now, name, zone) == days
            for name in ("starts_at", "ends_at")
        )
    )


def _differ(before: Facts, now: Facts, *names: str) -> bool:
    return any(before.get(name, now.get(name)) != now.get(name) for name in names)


def _days(before: Facts, now: Facts, name: str, zone: str) -> timedelta | None:
    """Return by how many whole days an instant has moved on the clock of `zone`, or None."""
    info = ZoneInfo(zone)
    was, is_now = (
        datetime.fromisoformat(facts[name]).astimezone(info).replace(tzinfo=None)
        for facts in (before, now)
    )
    moved = is_now - was
    return moved if moved and not moved % timedelta(days=1) else None
