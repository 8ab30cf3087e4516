"""Writing a programme file: what is stored, as text that loads to the same state."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from forum.errors import Missing
from forum.events.models import Event, EventKind, Session
from forum.programme import queries
from forum.programme.edition_rules import fingerprint
from forum.programme.reading import outline, values
from forum.programme.reading.faults import Faults
from forum.programme.reading.nodes import node_of
from forum.programme.reading.parts import FilePart, Spot, read_part, write_part
from forum.programme.reading.walltimes import written
from forum.programme.text import to_text
from forum.reminders.models import Reminder
from forum.reminders.queries import of_event

Plain = dict[str, Any]

_DEFAULTS = ("platform_room", *values.SHARED_DETAILS, "live_captions", "modes", "reminders")


def dump(event_key: str | None = None) -> str:
    """Return the programme file of one event, or of all with everything they share.

    Raises Missing when no event has that id, and Faulty when something stored has no way to be
    said in a programme file.
    """
    stored = queries.stored()
    if stored.programme is None or (event_key is not None and event_key not in stored.events):
        raise Missing
    events = [each for each in stored.events.values() if event_key in {None, each.key}]
    plain = _shared(stored, events if event_key else None)
    zone = stored.programme.timezone
    forums = [_forum(each, zone) for each in events if each.kind == EventKind.FORUM]
    webcasts = [_webcast(each, zone) for each in events if each.kind == EventKind.WEBCAST]
    plain |= {"forum": forums[0]} if len(forums) == 1 else {"forums": forums}
    plain |= {"webcasts": webcasts, "webcast_defaults": _move_common(webcasts)}
    written = {**_shared_parts(plain), **_event_parts(events, zone)}
    plain["versions"] = [{"of": name, "seen": fingerprint(part)} for name, part in written.items()]
    plain["calendar_entries"] = [entry for each in events for entry in _calendar_entries(each)]
    faults = Faults()
    file = read_part(outline.ProgrammeFile, Spot("", node_of(plain)), faults)
    faults.end()
    return to_text(write_part(file))


def parts(stored: queries.Stored) -> dict[str, Plain]:
    """Return what a file says of everything that is stored, by the names that a report has.

    Reminders are left out: of these, what a file said last is kept with each.
    """
    if stored.programme is None:
        return {}
    zone = stored.programme.timezone
    return {**_shared_parts(_shared(stored, None)), **_event_parts(stored.events.values(), zone)}


def _shared_parts(plain: Plain) -> dict[str, Plain]:
    """Return the shared parts by name; the programme's with the zone that the file says above."""
    programme = {**plain["programme"], **plain["meta"]}
    single = {f"programme {programme['id']}": programme}
    if venue := plain.get("venue"):
        single[f"venue {venue['id']}"] = venue
    several = (("room", "rooms"), ("track", "tracks"), ("person", "people"))
    return single | {f"{word} {each['id']}": each for word, key in several for each in plain[key]}


def _event_parts(events: Iterable[Event], zone: str) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    for event in events:
        is_forum = event.kind == EventKind.FORUM
        plain = _forum(event, zone) if is_forum else _webcast(event, zone)
        sessions = plain.pop("sessions", [])
        plain.pop("reminders")
        found[f"event {event.key}"] = plain
        found |= {f"session {event.key}/{each['id']}": each for each in sessions}
    return found


def _shared(stored: queries.Stored, events: list[Event] | None) -> Plain:
    """Return the shared parts; only those that `events` use, when these are given."""
    rooms, tracks = list(stored.rooms.values()), list(stored.tracks.values())
    people = list(stored.speakers.values())
    if events is not None:
        sessions = [session for event in events for session in event.sessions]
        used_rooms = {event.room_id for event in events} | {each.room_id for each in sessions}
        used_tracks = {session.track_id for session in sessions}
        used_people = {speaker.key for session in sessions for speaker in session.speakers}
        used_people |= {str(event.details.get("host")) for event in events}
        rooms = [room for room in rooms if room.id in used_rooms]
        tracks = [track for track in tracks if track.id in used_tracks]
        people = [person for person in people if person.key in used_people]
    programme, venue = stored.programme, stored.venue
    assert programme is not None  # noqa: S101 - `dump` has seen it
    plain = {
        "meta": {
            "schema": 1,
            "timezone": programme.timezone,
            "programme_year": programme.programme_year or None,
        },
        "programme": {
            "id": programme.key,
            "name": values.plain_text(programme, "name"),
            "quiet_name": programme.quiet_name,
            "contact": {
                "email": programme.contact_email,
                "phone": programme.contact_phone,
                "phone_hours": programme.phone_hours or None,
                "text": programme.text_number or None,
            },
        },
        "rooms": [values.shared_plain(outline.Room, each) for each in rooms],
        "tracks": [values.shared_plain(outline.Track, each) for each in tracks],
        "people": [values.shared_plain(outline.Person, each) for each in people],
    }
    if venue is not None:
        plain["venue"] = values.shared_plain(outline.Venue, venue)
    return plain


def _event(event: Event, programme_zone: str) -> Plain:
    """Return what forums and webcasts have in common."""
    zone = ZoneInfo(event.timezone)
    on = event.starts_at.astimezone(zone).date()
    closings = {
        f"closes_{gate.mode}": str(written(gate.closes_at, date.min, zone))
        for gate in event.gates
        if gate.closes_at is not None
    }
    opens = event.registration_opens_at
    opening = {"opens": None if opens is None else str(written(opens, date.min, zone)), **closings}
    part = outline.Forum if event.kind == EventKind.FORUM else outline.Webcast
    return {
        **_alike(part, event),
        "id": event.key,
        "slug": event.slug,
        "quiet": values.plain_text(event, "quiet_title"),
        "date": on.isoformat(),
        "timezone": None if event.timezone == programme_zone else event.timezone,
        "registration": opening,
        "calendar": event.calendar_mail,
        "modes": {
            gate.mode: "unlimited" if gate.capacity is None else gate.capacity
            for gate in event.gates
        },
        "reminders": [_reminder(each) for each in of_event(event)],
    }


def _span(starts_and_ends: Event | Session, event: Event) -> list[str]:
    """Return from when to when; with its day where that was before the event is."""
    zone = ZoneInfo(event.timezone)
    on = event.starts_at.astimezone(zone).date()
    if starts_and_ends.ends_at <= event.starts_at:
        on = date.min
    times = (starts_and_ends.starts_at, starts_and_ends.ends_at)
    return [str(written(each, on, zone)) for each in times]


def _forum(event: Event, programme_zone: str) -> Plain:
    plain = _event(event, programme_zone)
    plain["registration"]["takes"] = None if event.takes_registrations else False
    in_order = sorted(event.sessions, key=lambda session: (session.position, session.id))
    return {
        **plain,
        "slug": None if event.slug == event.key.replace("_", "-") else event.slug,
        "hours": _span(event, event),
        "room": event.room.key if event.room else None,
        **_known(event.details, values.FORUM_DETAILS),
        "sessions": [_session(session, event) for session in in_order],
    }


def _session(session: Session, event: Event) -> Plain:
    return {
        **_alike(outline.Session, session),
        "id": session.key,
        "time": _span(session, event),
        "room": session.room.key if session.room else None,
        "track": session.track.key if session.track else None,
        "quiet": values.plain_text(session, "quiet_title"),
        "people": [speaker.key for speaker in session.speakers],
        **_known(session.details, values.SESSION_DETAILS),
    }


def _flags(session: Session) -> Plain:
    return {"rec": session.is_recorded, "asl": session.has_asl, "es": session.has_spanish}


def _webcast(event: Event, programme_zone: str) -> Plain:
    session = event.sessions[0]
    details = _known(event.details, values.WEBCAST_DETAILS)
    plain = _event(event, programme_zone)
    replay = details.pop("state", None)
    state = outline.OPEN_STATE if event.takes_registrations else outline.STATES[0]
    if replay is not None:
        plain["registration"]["takes"] = True if event.takes_registrations else None
    return {
        **plain,
        **details,
        "time": _span(event, event),
        "platform_room": event.room.key if event.room else None,
        "people": [speaker.key for speaker in session.speakers],
        "state": replay or state,
        "live_captions": session.has_captions,
        **_flags(session),
    }


def _alike(part: type[FilePart], row: Event | Session) -> Plain:
    """Return what is written as it is kept; what is empty is left out."""
    columns = values.columns_of(part, type(row)).items()
    held = {name: values.plain_text(row, column) for name, column in columns}
    held = {name: None if each == "" else each for name, each in held.items()}
    return {name: list(each) if isinstance(each, tuple) else each for name, each in held.items()}


def _known(details: Plain, names: tuple[str, ...]) -> Plain:
    return {name: details[name] for name in names if name in details}


def _move_common(webcasts: list[Plain]) -> Plain:
    """Take out of the webcasts what all of them say alike, and return it."""
    common: Plain = {}
    for name in _DEFAULTS:
        held = [webcast.get(name) for webcast in webcasts]
        if held and held[0] is not None and all(each == held[0] for each in held):
            common[name] = held[0]
        for webcast in webcasts:
            value = webcast.pop(name, None)
            if name not in common:
                webcast["room" if name == "platform_room" else name] = value
    return common


def _reminder(reminder: Reminder) -> Plain:
    return {
        "at": reminder.lead,
        "local": reminder.local_time,
        "only": list(reminder.modes or ()),
        "roles": list(reminder.roles or ()),
        "waitlist": reminder.is_for_waitlist,
        "session": reminder.session.key if reminder.session else None,
        "blocks": None if reminder.blocks is None else list(reminder.blocks),
        "words": reminder.words or None,
        "offers": list(reminder.offers),
        "is_on": reminder.is_on,
    }


def _calendar_entries(event: Event) -> Iterable[Plain]:
    yield {"event": event.key, "uid": event.uid, "sequence": event.sequence}
    if event.kind == EventKind.FORUM:
        for each in sorted(event.sessions, key=lambda session: (session.position, session.id)):
            named = {"event": event.key, "session": each.key}
            yield {**named, "uid": each.uid, "sequence": each.sequence}
