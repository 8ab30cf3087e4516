"""When everything in a programme file happens: wall times in a zone, turned into instants."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from forum.events.models import SessionStatus
from forum.programme.reading import outline
from forum.programme.reading.faults import Faults
from forum.programme.reading.parts import Spot, is_read
from forum.programme.reading.walltimes import NoSuchTime, WallTime, instant
from forum.reminders.rules import lead_time

CLOSINGS = ("in_person", "webcast", "phone")


@dataclass(frozen=True, slots=True)
class Hours:
    """From when to when, as UTC instants."""

    starts_at: datetime
    ends_at: datetime


def hours(span: outline.Span, on: date, zone: ZoneInfo) -> Hours:
    """Return the instants of a span of wall times. Raises NoSuchTime."""
    return Hours(instant(span[0], on, zone), instant(span[1], on, zone))


def event_hours(file: outline.ProgrammeFile, event: outline.Forum | outline.Webcast) -> Hours:
    """Return when an event of the file happens."""
    span = event.hours if isinstance(event, outline.Forum) else event.time
    return hours(span, event.on, ZoneInfo(file.zone_name(event)))


def session_hours(
    file: outline.ProgrammeFile, forum: outline.Forum, session: outline.Session
) -> Hours:
    """Return when a session of a forum happens."""
    return hours(session.time, forum.on, ZoneInfo(file.zone_name(forum)))


def check_times(file: outline.ProgrammeFile, faults: Faults) -> None:
    """Add a fault for each time that does not exist, comes twice, or is not in order."""
    for forum in file.all_forums:
        if is_read(forum):
            _check_forum(file, forum, faults)
    for webcast in file.webcasts:
        if is_read(webcast):
            zone = _zone(file, webcast)
            _ordered(webcast.spot.key("time"), webcast.time, webcast.on, zone, faults)
            _check_opening(webcast.registration, zone, faults)
            _check_reminders(webcast.reminders, faults)
    if is_read(file.webcast_defaults):
        _check_reminders(file.webcast_defaults.reminders, faults)


def _check_forum(file: outline.ProgrammeFile, forum: outline.Forum, faults: Faults) -> None:
    zone = _zone(file, forum)
    whole = _ordered(forum.spot.key("hours"), forum.hours, forum.on, zone, faults)
    _check_opening(forum.registration, zone, faults)
    _check_reminders(forum.reminders, faults)
    for session in forum.sessions:
        if not is_read(session):
            continue
        spot = session.spot.key("time")
        found = _ordered(spot, session.time, forum.on, zone, faults)
        if whole is None or found is None or session.status == SessionStatus.CANCELLED:
            continue  # what is off may have been on another day, before the forum moved
        first, last = session.time
        if first.day is not None and found.ends_at <= whole.starts_at:
            continue  # it may have been held before the rest was put off: `contradictions` knows
        if found.starts_at < whole.starts_at:
            text = f"starts at {first}, before the forum does at {forum.hours[0]}"
            faults.found.append(spot.item(0).fault(text))
        if found.ends_at > whole.ends_at:
            text = f"ends at {last}, after the forum does at {forum.hours[1]}"
            faults.found.append(spot.item(1).fault(text))


def _zone(file: outline.ProgrammeFile, event: outline.Forum | outline.Webcast) -> ZoneInfo | None:
    """Return the zone of an event, or None where it could not be read."""
    if not is_read(event.timezone, file.meta):
        return None
    name = file.zone_name(event)
    return ZoneInfo(name) if is_read(name) else None


def _ordered(
    spot: Spot, span: outline.Span, on: date, zone: ZoneInfo | None, faults: Faults
) -> Hours | None:
    """Return the hours of a span, or None with a fault."""
    if zone is None or not is_read(on, span):
        return None
    starts, ends = (
        _instant(spot.item(index), each, on, zone, faults) for index, each in enumerate(span)
    )
    if starts is None or ends is None:
        return None
    if ends <= starts:
        text = f"the end, {span[1]}, is not after the start, {span[0]}"
        if span[1].day is None and ends < starts:
            text += f"; an end on another day is written like {on + timedelta(days=1)}T{span[1]}"
        faults.found.append(spot.fault(text))
        return None
    return Hours(starts, ends)


def _instant(
    spot: Spot, written: WallTime, on: date, zone: ZoneInfo, faults: Faults
) -> datetime | None:
    try:
        return instant(written, on, zone)
    except NoSuchTime as refusal:
        faults.found.append(spot.fault(str(refusal)))
        return None


def _check_opening(opening: outline.Opening, zone: ZoneInfo | None, faults: Faults) -> None:
    if zone is None or not is_read(opening):
        return
    for name in ("opens", *(f"closes_{mode}" for mode in CLOSINGS)):
        written = getattr(opening, name)
        if written is not None and is_read(written) and written.day is not None:
            _instant(opening.spot.key(name), written, written.day, zone, faults)


def _check_reminders(reminders: tuple[outline.Reminder, ...] | None, faults: Faults) -> None:
    seen: dict[object, str] = {}
    for reminder in reminders or ():
        if not is_read(reminder):
            continue
        said = (reminder.lead, reminder.local, reminder.only, reminder.roles, reminder.session)
        if not is_read(*said, reminder.waitlist):
            continue
        if reminder.local is not None and lead_time(reminder.lead) % timedelta(days=1):
            text = f"goes with whole days, not with {reminder.lead}"
            faults.found.append(reminder.spot.key("local").fault(text))
        whom = (frozenset(reminder.only), frozenset(reminder.roles), reminder.waitlist)
        same = (reminder.lead, reminder.local, *whom, reminder.session)
        if same in seen:
            faults.found.append(reminder.spot.fault(f"the same as {seen[same]}"))
        seen.setdefault(same, reminder.spot.path)
