"""Two things at once: a room that is taken, or a person who would have to be in two places."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from forum.events.clashes import overlap
from forum.events.models import EventStatus, SessionStatus
from forum.programme.reading import outline
from forum.programme.reading.faults import Faults
from forum.programme.reading.parts import Spot, is_read
from forum.programme.reading.times import Hours, event_hours, session_hours
from forum.programme.reading.walltimes import NoSuchTime

_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class _Use:
    """Someone or something is needed at a place in the file, for a time."""

    owner: outline.Session | outline.Webcast
    hours: Hours
    spot: Spot
    sentence: str


def check_clashes(file: outline.ProgrammeFile, faults: Faults) -> None:
    """Add a fault for each room and each speaker that is needed twice at the same time.

    Cancelled sessions and events need nothing. Ends and starts may meet.
    """
    rooms: defaultdict[str, list[_Use]] = defaultdict(list)
    people: defaultdict[str, list[_Use]] = defaultdict(list)
    for each in happenings(file):
        what, hours = each.what, each.hours
        starts, ends = (
            f"{at.astimezone(each.zone):%H:%M}" for at in (hours.starts_at, hours.ends_at)
        )
        when = f"from {starts} to {ends} at {what.spot.path}"
        if each.room is not None and is_read(each.room):
            text = f'room "{each.room}" is taken {when}'
            rooms[each.room].append(_Use(what, hours, what.spot.key("room"), text))
        for index, person in enumerate(what.people):
            if is_read(person):
                text = f'"{person}" is speaking {when}'
                people[person].append(_Use(what, hours, what.spot.key("people").item(index), text))
    for uses in (*rooms.values(), *people.values()):
        _check_uses(uses, faults)


def _check_uses(uses: list[_Use], faults: Faults) -> None:
    """Set each use against those that are still going on when it begins."""
    in_order = sorted(uses, key=lambda use: (use.hours.starts_at, use.spot.node.at))
    going_on: list[_Use] = []
    for use in in_order:
        going_on = [other for other in going_on if overlap(other.hours, use.hours)]
        for other in going_on:
            earlier, later = sorted((use, other), key=lambda each: each.spot.node.at)
            if later.owner is not earlier.owner:
                faults.found.append(later.spot.fault(earlier.sentence))
        if len(going_on) < _MOST_NAMED:
            going_on.append(use)


@dataclass(frozen=True, slots=True)
class Happening:
    """A session or webcast of the file, with the room and the hours that it needs."""

    what: outline.Session | outline.Webcast
    room: str | None
    hours: Hours
    zone: ZoneInfo


def happenings(file: outline.ProgrammeFile) -> Iterator[Happening]:
    """Yield all that takes place at a time that could be read."""
    for forum in file.all_forums:
        if not is_read(forum) or forum.status == EventStatus.CANCELLED:
            continue
        for session in forum.sessions:
            if is_read(session) and session.status != SessionStatus.CANCELLED:
                yield from _happening(file, forum, session, session.room)
    for webcast in file.webcasts:
        if is_read(webcast) and webcast.status != EventStatus.CANCELLED:
            room = file.room_of(webcast) if is_read(file.webcast_defaults) else webcast.room
            yield from _happening(file, webcast, webcast, room)


def _happening(
    file: outline.ProgrammeFile,
    event: outline.Forum | outline.Webcast,
    what: outline.Session | outline.Webcast,
    room: str | None,
) -> Iterator[Happening]:
    is_known = is_read(event.on, what.time, event.timezone, file.meta)
    if not is_known or not is_read(file.zone_name(event)):
        return
    try:
        if isinstance(event, outline.Forum) and isinstance(what, outline.Session):
            hours = session_hours(file, event, what)
        else:
            hours = event_hours(file, event)
    except NoSuchTime:
        return
    if hours.starts_at < hours.ends_at:
        yield Happening(what, room, hours, ZoneInfo(file.zone_name(event)))
