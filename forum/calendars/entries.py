"""Records become calendar entries: what a date in somebody's calendar says.

Titles are the discreet ones unless somebody asked for the full ones, and the rest is neutral too:
a calendar is read by families, employers and lock screens. No address in an entry opens anything
personal, because people share calendars. Texts are in the language spoken at the time.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

from forum.addresses import known_as
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
from forum.events.rules import dial_in_rooms, is_online_only, is_watchable, join_opens
from forum.i18n import _, both_zones, ngettext, visitors_zone
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
    streamed: Sequence[Session] | None = None,
    is_full: bool = False,
) -> Entry:
    """Return the entry of an event: a person's own, or the public one when there is none.

    Hers has her registration's UID, which nobody else's has, and a SEQUENCE that rises when the
    event or her own place changes. `is_full` asks for the full title in a public entry; a
    person's entry has what her registration says. `rooms` are those that one can listen to by
    phone, `streamed` what is shown online, for a caller who has asked for them already.
    """
    kept_by = registration or event
    is_away = registration is not None and registration.mode != Mode.IN_PERSON
    rooms = (dial_in_rooms(event) if rooms is None else rooms) if is_away else []
    is_full = _is_full(registration, asked=is_full)
    page = _page(registration, "events.show", is_full=is_full, slug=event.slug)
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
                *_how(
                    registration,
                    where,
                    rooms,
                    event.sessions if streamed is None else streamed,
                    is_day=event.kind == EventKind.FORUM,
                ),
                *([page] if page else []),
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


def whose(text: str, registration: Registration) -> str:
    """Return a title that begins with her first name, for where two read one mailbox.

    Their entries look the same otherwise, and so do their calendars.
    """
    return f"{known_as(registration.name).partition(' ')[0]}: {text}"


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
    page = _page(registration, "events.session", is_full=is_full, slug=event.slug, key=session.key)
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
                *_how(registration, where, rooms, [session]),
                *([page] if page else []),
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


def _page(
    registration: Registration | None, endpoint: str, *, is_full: bool, **about: str
) -> str | None:
    """Return the public page of an entry; none in a discreet one of hers: it names the illness.

    Whoever looks into her calendar opens it with one tap. She has her own page from our emails.
    """
    return None if registration and not is_full else public(endpoint, is_full=False, **about)


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
    visitors = (visitors_zone() or event.timezone, event.timezone)
    clocks = registration.clocks if registration else visitors
    return both_zones(span.starts_at, span.ends_at, *clocks)


def _how(
    registration: Registration | None,
    where: Place | None,
    rooms: Sequence[Room],
    sessions: Iterable[Session],
    *,
    is_day: bool = False,
) -> list[str]:
    """Say how she takes part; a public entry leaves that to its page, a canceled one says none.

    `sessions` are those of the entry. As long as none of them can be watched, her page says how.
    `is_day`: it is of a whole day, which may begin with what nobody can hear.
    """
    if registration is None or _is_off(registration.event, registration):
        return []
    if registration.mode == Mode.PHONE:
        said = _("Call %(number)s to listen. Your page has the hours.")
        return _numbers(rooms, said if is_day else _("Call %(number)s at the start."))
    if registration.mode == Mode.WEBCAST:
        if any(is_watchable(each) for each in sessions):
            lines = [
                _("To join, open your page from our email and choose Join."),
                _from_when(registration.event),
            ]
        else:
            lines = [_("Your page says how to join. Open it from our email.")]
        return [*lines, *_numbers(rooms, _("Or listen by phone: %(number)s"))]
    return [noted(where.arrival)] if where and where.arrival else []


def _from_when(event: Event) -> str:
    """Return from when one can join. A forum may begin with what is not shown online."""
    minutes = join_opens(event) // timedelta(minutes=1)
    if event.kind == EventKind.FORUM:
        return ngettext(
            "Each online session has its button from %(num)d minute before it starts.",
            "Each online session has its button from %(num)d minutes before it starts.",
            minutes,
        )
    return ngettext(
        "The button is there from %(num)d minute before the start.",
        "The button is there from %(num)d minutes before the start.",
        minutes,
    )


def _numbers(rooms: Sequence[Room], sentence: str) -> list[str]:
    """Return the number to call in a sentence. Which one at which hour stays on her page.

    Hours of sessions in an entry of the event would be wrong as soon as one of them moves.
    """
    if not rooms:
        return []
    said = [sentence % {"number": dialled(rooms[0].dial_in)}]
    if len(rooms) > 1:
        said.append(_("At some hours another number is the one to call. Your page says which."))
    return said


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
