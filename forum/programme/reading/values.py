"""What each row should say, as a programme file has it: attribute names and their values."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from forum.addresses import one_line
from forum.db import Facts, Record
from forum.events.models import (
    CalendarMail,
    Event,
    EventKind,
    EventStatus,
    Mode,
    Session,
    SessionKind,
    SessionStatus,
)
from forum.programme.reading import outline
from forum.programme.reading.parts import FilePart, keys_of
from forum.programme.reading.times import CLOSINGS, event_hours, session_hours
from forum.programme.reading.walltimes import WallTime, instant
from forum.tongues import Bilingual, Both, columns, text

Values = dict[str, Any]

COLUMNS = {"id": "key", "stream": "stream_url"}
"""The columns of rooms, tracks, people and the venue that are not named after their fields."""
_MADE = {"id", "slug", "quiet", "date", "timezone", "room", "registration", "calendar", "modes"}
ELSEWHERE: dict[type[FilePart], set[str]] = {
    outline.Forum: {*_MADE, "hours", "reminders", "sessions"},
    outline.Webcast: {*_MADE, "time", "reminders", "people", "live_captions", "rec", "asl", "es"},
    outline.Session: {"id", "time", "room", "track", "quiet", "people"},
}
"""Keys that are kept under another name, or in rows of their own."""


def columns_of(part: type[FilePart], record: type[Record]) -> dict[str, str]:
    """Return the keys of a part that are kept as they are, each with its column."""
    columns = record.__table__.columns.keys()
    return {
        name: each.field_name
        for name, each in keys_of(part).items()
        if each.field_name in columns and name not in ELSEWHERE[part]
    }


def details_of(part: type[FilePart], record: type[Record]) -> tuple[str, ...]:
    """Return all other keys of a part: they are kept among the `details` of its row."""
    kept = ELSEWHERE[part] | columns_of(part, record).keys()
    return tuple(name for name in keys_of(part) if name not in kept)


SESSION_DETAILS = details_of(outline.Session, Session)
FORUM_DETAILS = details_of(outline.Forum, Event)
WEBCAST_DETAILS = details_of(outline.Webcast, Event)
SHARED_DETAILS = tuple(name for name in keys_of(outline.WebcastDefaults) if name in WEBCAST_DETAILS)
REPLAY_STATES = outline.STATES[2:]


def programme(file: outline.ProgrammeFile) -> Values:
    """Return what the one programme row should say."""
    stated = file.programme
    values = {
        "key": stated.id,
        "name": stated.name,
        "quiet_name": stated.quiet_name,
        "contact_email": stated.contact.email,
        "contact_phone": stated.contact.phone,
        "phone_hours": stated.contact.phone_hours or "",
        "text_number": stated.contact.text or "",
        "programme_year": file.meta.programme_year or "",
        "timezone": file.meta.timezone,
    }
    return columns(values)


def shared(stated: outline.Venue | outline.Room | outline.Track | outline.Person) -> Values:
    """Return what the row of a part should say that all events share."""
    values = {
        COLUMNS.get(each.field_name, each.field_name): getattr(stated, each.field_name)
        for each in keys_of(type(stated)).values()
    }
    return columns(values)


def shared_plain(part: type[FilePart], row: Bilingual) -> Values:
    """Return what a file says of such a row; what is empty is left out."""
    said = {
        name: plain_text(row, COLUMNS.get(each.field_name, each.field_name))
        for name, each in keys_of(part).items()
    }
    return {name: None if value == "" else value for name, value in said.items()}


def plain_text(row: Bilingual, column: str) -> Any:  # noqa: ANN401 - whatever the column holds
    """Return a column as a file has it: a text in both languages by language."""
    value = text(row, column)
    return value._asdict() if isinstance(value, Both) else value


def event(file: outline.ProgrammeFile, stated: outline.Forum | outline.Webcast) -> Values:
    """Return what an event's row should say, except its slug, room and details."""
    is_forum = isinstance(stated, outline.Forum)
    hours = event_hours(file, stated)
    opening = stated.registration
    takes = opening.takes
    if takes is None:
        takes = isinstance(stated, outline.Forum) or stated.state == outline.OPEN_STATE
    values = {
        **_alike(stated, Event),
        "key": stated.id,
        "kind": EventKind.FORUM if is_forum else EventKind.WEBCAST,
        "quiet_title": stated.quiet,
        "timezone": file.zone_name(stated),
        "starts_at": hours.starts_at,
        "ends_at": hours.ends_at,
        "status": EventStatus(stated.status),
        "takes_registrations": takes,
        "registration_opens_at": _instant(file, stated, opening.opens),
        "calendar_mail": CalendarMail(stated.calendar),
    }
    return columns(values)


def event_details(file: outline.ProgrammeFile, stated: outline.Forum | outline.Webcast) -> Facts:
    """Return the words about an event that drive nothing."""
    if isinstance(stated, outline.Forum):
        return _details(stated, FORUM_DETAILS)
    details = _details(stated, WEBCAST_DETAILS)
    if stated.state not in REPLAY_STATES:
        details.pop("state", None)
    return _details(file.webcast_defaults, SHARED_DETAILS) | details


def session(file: outline.ProgrammeFile, forum: outline.Forum, stated: outline.Session) -> Values:
    """Return what the row of a forum's session should say, except its room, track, details."""
    hours = session_hours(file, forum, stated)
    values = {
        **_alike(stated, Session),
        "key": stated.id,
        "starts_at": hours.starts_at,
        "ends_at": hours.ends_at,
        "kind": SessionKind(stated.kind),
        "quiet_title": stated.quiet,
        "status": SessionStatus(stated.status),
    }
    return columns(values)


def session_details(stated: outline.Session) -> Facts:
    """Return the words about a session that drive nothing."""
    return _details(stated, SESSION_DETAILS)


def webcast_session(file: outline.ProgrammeFile, stated: outline.Webcast) -> Values:
    """Return what the row of a webcast's one session should say, except its room.

    It is off when its event is: its own status says nothing.
    """
    hours = event_hours(file, stated)
    captions = stated.live_captions
    values = {
        "key": stated.id,
        "starts_at": hours.starts_at,
        "ends_at": hours.ends_at,
        "title": stated.title,
        "quiet_title": stated.quiet,
        "description": stated.description,
        "language": stated.language,
        "is_recorded": stated.is_recorded,
        "has_captions": bool(file.webcast_defaults.live_captions if captions is None else captions),
        "has_asl": stated.has_asl,
        "has_spanish": stated.has_spanish,
        "audience": stated.audience,
    }
    return columns(values)


def modes(
    file: outline.ProgrammeFile, stated: outline.Forum | outline.Webcast
) -> dict[Mode, int | None]:
    """Return the places in each mode that an event offers; None for as many as come.

    A webcast whose file says nothing is offered on screen, and by phone where it has a number.
    """
    written = stated.modes
    if written is None:
        written = file.webcast_defaults.modes
    if written is not None:
        return {Mode(mode): places for mode, places in written}
    offered: dict[Mode, int | None] = {Mode.WEBCAST: None}
    if "dial_in" in event_details(file, stated):
        offered[Mode.PHONE] = None
    return offered


def gates(file: outline.ProgrammeFile, stated: outline.Forum | outline.Webcast) -> list[Values]:
    """Return what the row of each offered mode should say."""
    opening = stated.registration
    closes = {
        Mode(mode): _instant(file, stated, getattr(opening, f"closes_{mode}")) for mode in CLOSINGS
    }
    return [
        {"mode": mode, "capacity": places, "closes_at": closes[mode]}
        for mode, places in modes(file, stated).items()
    ]


REMINDER_COLUMNS = {
    "at": "lead",
    "local": "local_time",
    "only": "modes",
    "roles": "roles",
    "waitlist": "is_for_waitlist",
    "session": "session_id",
    "blocks": "blocks",
    "words": "words",
    "offers": "offers",
    "is_on": "is_on",
}
"""The column of each key of a reminder."""


def reminders(
    file: outline.ProgrammeFile, stated: outline.Forum | outline.Webcast
) -> tuple[outline.Reminder, ...]:
    """Return what the file says of the reminders of an event."""
    if stated.reminders is None:
        return file.webcast_defaults.reminders or ()
    return stated.reminders


def reminder(stated: outline.Reminder, sessions: dict[str, int]) -> Values:
    """Return what the row of a reminder should say; `sessions` are the event's, by key."""
    words = stated.words
    said = {"en": words.en, "es": words.es} if words else {}
    return {
        "lead": stated.lead,
        "local_time": stated.local,
        "modes": stated.only or None,
        "roles": stated.roles or None,
        "is_for_waitlist": stated.waitlist,
        "session_id": None if stated.session is None else sessions[stated.session],
        "blocks": stated.blocks,
        "words": {language: one_line(text) for language, text in said.items()},
        "offers": stated.offers,
        "is_on": stated.is_on,
    }


def _instant(
    file: outline.ProgrammeFile,
    stated: outline.Forum | outline.Webcast,
    written: WallTime | None,
) -> datetime | None:
    if written is None:
        return None
    return instant(written, written.day or stated.on, ZoneInfo(file.zone_name(stated)))


def _alike(stated: FilePart, record: type[Record]) -> Values:
    """Return what is kept as it is written, by column."""
    columns = columns_of(type(stated), record).values()
    return {column: getattr(stated, column) for column in columns}


def _details(stated: FilePart, names: tuple[str, ...]) -> Facts:
    """Return the stated ones of these keys, as JSON holds them."""
    details: Facts = {}
    for name, wanted in keys_of(type(stated)).items():
        held = getattr(stated, wanted.field_name)
        if name in names and held != wanted.default:
            details[name] = _plain(wanted.kind.write(held))
    return details


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value
