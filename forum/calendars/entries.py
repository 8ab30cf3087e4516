"""Records become calendar entries: what a date in somebody's calendar says.

Titles are the discreet ones unless somebody asked for the full ones, and the rest is neutral too:
a calendar is read by families, employers and lock screens. No address in an entry opens anything
personal, because people share calendars. Texts are in the language spoken at the time.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

from forum.calendars.addresses import public
from forum.calendars.ics import Attendee, Conference, Entry, Inviter
from forum.config import current_settings
from forum.events.contact import contact_of, day_line, dialled
from forum.events.discretion import Place, place, room_name
from forum.events.models import (
    Event,
    EventKind,
    EventStatus,
    Mode,
    Programme,
    Room,
    Session,
    SessionStatus,
    Venue,
)
from forum.events.rules import is_online_only, join_opens
from forum.i18n import _, both_zones, ngettext
from forum.registration.models import Registration, Status
from forum.tongues import noted, say

ALARM = timedelta(minutes=30)


def organizer(programme: Programme) -> Inviter:
    """Return who invites, by the neutral name; the address is the From address of our mail."""
    return Inviter(programme.quiet_name, current_settings().mail_default_sender)


def reader(registration: Registration) -> Attendee:
    """Return whom an invitation is for. She has an email address, or nothing is mailed."""
    return Attendee(registration.name, registration.email or "")


def event_entry(  # noqa: PLR0913 - what an entry is about, by name
    event: Event,
    programme: Programme,
    venue: Venue | None,
    registration: Registration | None = None,
    *,
    rooms: Sequence[Room] | None = None,
    is_full: bool = False,
) -> Entry:
    """Return the entry of an event: a person's own, or the public one when there is none.

    Hers has her registration's UID, which nobody else's has, and a SEQUENCE that rises when the
    event or her own place changes. `is_full` asks for the full title in a public entry; a
    person's entry has what her registration says. `rooms` are those that one can listen to by
    phone, for a caller who has asked for them already.
    """
    kept_by = registration or event
    is_away = registration is not None and registration.mode != Mode.IN_PERSON
    rooms = (_rooms_to_call(event) if rooms is None else rooms) if is_away else []
    page = public("events.show", slug=event.slug)
    is_full = _is_full(registration, asked=is_full)
    where = place(venue, is_full=is_full) if venue else None
    return Entry(
        uid=kept_by.uid,
        sequence=event.sequence + (registration.sequence if registration else 0),
        created_at=registration.registered_at if registration else event.created_at,
        updated_at=max(event.updated_at, kept_by.updated_at),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        timezone=_written_in(event),
        summary=say(event, "title" if is_full else "quiet_title"),
        location=_location(_mode(event, registration), where, "", rooms),
        description="\n".join(
            [
                *_times(event, event, registration),
                *_description(event, is_full=is_full),
                *_how(registration, where, rooms, is_full=is_full),
                page,
                *_whom_to_call(event, programme),
            ]
        ),
        url=page,
        conference=_phone_line(registration, rooms),
        is_cancelled=_is_off(event, registration),
        is_private=registration is not None,
        is_busy=registration is not None,
        alarm_before=ALARM,
    )


def session_entry(
    session: Session,
    programme: Programme,
    venue: Venue | None,
    registration: Registration | None = None,
    *,
    is_full: bool = False,
) -> Entry:
    """Return the entry of one session; of a webcast's only session, the event's own entry.

    The arguments are those of `event_entry`. The SEQUENCE rises with the session's, with the
    event's, so that cancelling the event withdraws its sessions, and with her own. The session's
    words come before the event's: a week shows the first twenty letters.
    """
    event = session.event
    if event.kind == EventKind.WEBCAST:
        return event_entry(event, programme, venue, registration, is_full=is_full)
    is_full = _is_full(registration, asked=is_full)
    rooms = [session.room] if session.is_streamed and session.room and session.room.dial_in else []
    page = public("events.session", slug=event.slug, key=session.key)
    where = place(venue, is_full=is_full) if venue else None
    room = room_name(session.room, is_full=is_full)
    own = (registration.updated_at,) if registration else ()
    return Entry(
        uid=_uid_of(session, registration),
        sequence=session.sequence + event.sequence + (registration.sequence if registration else 0),
        created_at=session.created_at,
        updated_at=max(session.updated_at, event.updated_at, *own),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        timezone=_written_in(event),
        summary=say(session, "title")
        if is_full
        else f"{say(session, 'quiet_title')} · {say(event, 'quiet_title')}",
        location=_location(_mode(event, registration), where, room, rooms),
        description="\n".join(
            [
                *_times(session, event, registration),
                *_description(session, is_full=is_full),
                *(_speakers(session) if is_full else []),
                *_how(registration, where, rooms, is_full=is_full),
                page,
                *_whom_to_call(event, programme),
            ]
        ),
        url=page,
        conference=_phone_line(registration, rooms),
        categories=(say(session.track, "name"),) if is_full and session.track else (),
        is_cancelled=session.status == SessionStatus.CANCELLED or _is_off(event, registration),
        is_private=registration is not None,
        is_busy=registration is not None,
        alarm_before=ALARM,
    )


def _uid_of(session: Session, registration: Registration | None) -> str:
    """Return the UID of a session's entry: a person's own comes from hers of the event.

    Who has the event's UID, from before each had her own, keeps the session's as well.
    """
    if registration is None or registration.uid == session.event.uid:
        return session.uid
    own = uuid5(NAMESPACE_OID, f"{registration.uid} {session.uid}")
    return f"{own}@{registration.uid.rpartition('@')[2]}"


def _is_full(registration: Registration | None, *, asked: bool) -> bool:
    return asked if registration is None else not registration.is_discreet


def _is_off(event: Event, registration: Registration | None) -> bool:
    """Tell whether the event does not take place, or not for her."""
    has_left = registration is not None and registration.status == Status.CANCELLED
    return has_left or event.status == EventStatus.CANCELLED


def _mode(event: Event, registration: Registration | None) -> Mode:
    """Return how the reader attends; whoever reads a public entry might do so in any mode."""
    if registration is not None:
        return registration.mode
    return Mode.WEBCAST if is_online_only(event) else Mode.IN_PERSON


def _written_in(event: Event) -> str:
    """Return the zone of an entry's times: a webcast has no place, so it is written in UTC."""
    return "UTC" if event.kind == EventKind.WEBCAST else event.timezone


def _rooms_to_call(event: Event) -> list[Room]:
    """Return the rooms of an event that one can listen to by phone, in their order."""
    rooms = {
        session.room
        for session in event.sessions
        if session.is_streamed and session.status == SessionStatus.SCHEDULED and session.room
    }
    return sorted(
        (room for room in rooms if room.dial_in), key=lambda room: (room.position, room.id)
    )


def _location(mode: Mode, where: Place | None, room: str, rooms: Sequence[Room]) -> str:
    if mode == Mode.PHONE:
        return (
            _("By phone: %(number)s", number=dialled(rooms[0].dial_in)) if rooms else _("By phone")
        )
    if mode == Mode.WEBCAST:
        return _("Online")
    parts = [room, where.name if where else "", where.address if where else ""]
    return ", ".join(part for part in parts if part)


def _times(span: Event | Session, event: Event, registration: Registration | None) -> list[str]:
    own_zone = registration.timezone if registration else event.timezone
    return both_zones(span.starts_at, span.ends_at, event.timezone, own_zone)


def _how(
    registration: Registration | None,
    where: Place | None,
    rooms: Sequence[Room],
    *,
    is_full: bool,
) -> list[str]:
    """Say how she takes part; a public entry leaves that to its page."""
    if registration is None:
        return []
    numbers = _numbers(rooms, is_full=is_full)
    if registration.mode == Mode.PHONE:
        return [_("Call %(number)s at the start.", number=numbers)] if numbers else []
    if registration.mode == Mode.WEBCAST:
        lines = [
            _("To join, open your page from our email and choose Join."),
            ngettext(
                "The button is there from %(num)d minute before the start.",
                "The button is there from %(num)d minutes before the start.",
                join_opens(registration.event) // timedelta(minutes=1),
            ),
        ]
        if numbers:
            lines.append(_("Or listen by phone: %(number)s", number=numbers))
        return lines
    return [noted(where.arrival)] if where and where.arrival else []


def _numbers(rooms: Sequence[Room], *, is_full: bool) -> str:
    """Return the number to call; with its room's name where there are several."""
    if len(rooms) == 1:
        return dialled(rooms[0].dial_in)
    named = ((dialled(room.dial_in), room_name(room, is_full=is_full)) for room in rooms)
    return ", ".join(f"{number} ({name})" if name else number for number, name in named)


def _phone_line(registration: Registration | None, rooms: Sequence[Room]) -> Conference | None:
    """Return the number to tap, for people who attend by phone."""
    if registration is None or registration.mode != Mode.PHONE or not rooms:
        return None
    return Conference(
        address=f"tel:{rooms[0].dial_in}", label=_("By phone"), features=("PHONE", "AUDIO")
    )


def _description(what: Event | Session, *, is_full: bool) -> list[str]:
    """Return what it is about, for whoever has asked for full titles: it may name the illness."""
    description = say(what, "description")
    return [noted(description)] if description and is_full else []


def _speakers(session: Session) -> list[str]:
    named = ((each.name, noted(say(each, "role"))) for each in session.speakers)
    return [", ".join(part for part in each if part) for each in named]


def _whom_to_call(event: Event, programme: Programme) -> Iterator[str]:
    contact = contact_of(programme, event.starts_at)
    yield _(
        "Questions? Call %(phone)s (%(hours)s) or write to %(email)s.",
        phone=contact.phone,
        hours=contact.hours,
        email=contact.email,
    )
    if line := day_line(event, programme):
        yield line.sentence
