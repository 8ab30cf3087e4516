"""What each calendar file holds, and how to tell without writing it whether it has changed."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

from flask_babel import get_locale

from forum.calendars import entries, ics, queries
from forum.calendars.addresses import event_feed, feed_name, public, upcoming_feed
from forum.calendars.ics import Entry
from forum.calendars.queries import Edition
from forum.calendars.zones import law
from forum.care.rules import Purpose, kept_back
from forum.config import current_settings
from forum.db import Record
from forum.errors import Missing
from forum.events import queries as events
from forum.events.models import Event, EventStatus, Session, SessionStatus
from forum.events.rules import midnight_after
from forum.i18n import _, speaking, visitors_zone
from forum.registration.models import Registration, Status
from forum.tongues import reading_in, say


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A calendar file that has not been written yet.

    `version` differs whenever the bytes would. `modified_at` is the last change, aware; `until`
    the next instant at which time alone changes the file, or None. `write` returns the bytes.
    """

    name: str
    version: str
    modified_at: datetime
    until: datetime | None = None
    write: Callable[[], bytes]

    @property
    def settled_at(self) -> datetime:
        """Return from when on the date of the last change, in whole seconds, means one state."""
        return self.modified_at.replace(microsecond=0) + timedelta(seconds=1)


def upcoming(*, is_full: bool, now: datetime) -> File:
    """Return the feed of everything to come: one entry for each event until its day is over."""
    programme, venue = own = events.programme(), events.venue()
    editions = queries.event_editions()
    shown = {
        edition.uid
        for edition in editions
        if _leaves_at(edition) > now and edition.status != EventStatus.DRAFT
    }

    def write() -> bytes:
        return ics.publish(
            [
                entries.event_entry(event, programme, venue, is_full=is_full)
                for event in queries.events_of(shown)
            ],
            name=say(programme, "name") if is_full else programme.quiet_name,
            description=_("Everything to come, and what changes about it."),
            organizer=entries.organizer(programme),
            address=upcoming_feed(programme, is_full=is_full),
            page=public("events.index"),
        )

    return File(
        name=f"{feed_name(programme.quiet_name)}.ics",
        version=_version(
            "upcoming", is_full, *own, *(edition for edition in editions if edition.uid in shown)
        ),
        modified_at=_modified_at(editions, now),
        until=min(
            (_leaves_at(edition) for edition in editions if edition.uid in shown), default=None
        ),
        write=write,
    )


def event(event: Event, *, is_full: bool, now: datetime) -> File:
    """Return the feed of an event's sessions; a canceled one stays until its day is over."""
    programme, venue = own = events.programme(), events.venue()
    editions = queries.session_editions(event)
    gone = {
        edition.uid
        for edition in editions
        if _is_off(edition, event) and _leaves_at(edition) <= now
    }

    def write() -> bytes:
        return ics.publish(
            [
                entries.session_entry(session, programme, venue, is_full=is_full)
                for session in events.sessions(event)
                if session.uid not in gone
            ],
            name=say(event, "title" if is_full else "quiet_title"),
            description=_("The sessions of this event, and what changes about them."),
            organizer=entries.organizer(programme),
            address=event_feed(event, is_full=is_full),
            page=public("events.show", slug=event.slug),
        )

    leaving = [
        _leaves_at(edition)
        for edition in editions
        if _is_off(edition, event) and edition.uid not in gone
    ]
    return File(
        name=f"{feed_name(event.quiet_title)}.ics",
        version=_version("event", is_full, *own, event, sorted(gone), *editions),
        modified_at=max(event.updated_at, _modified_at(editions, now, event)),
        until=min(leaving, default=None),
        write=write,
    )


def session(session: Session, *, is_full: bool) -> File:
    """Return one session to download."""
    event = session.event
    return _to_download(
        f"{event.slug}-{session.key}.ics",
        partial(entries.session_entry, session, is_full=is_full),
        *("session", is_full, event, session),
        modified_at=max(session.updated_at, event.updated_at),
    )


def date(event: Event, *, is_full: bool) -> File:
    """Return an event's own entry to download."""
    return _to_download(
        f"{event.slug}.ics",
        partial(entries.event_entry, event, is_full=is_full),
        *("date", is_full, event, event.room),
        modified_at=event.updated_at,
    )


def _to_download(
    name: str, entry: Callable[..., Entry], *facts: object, modified_at: datetime
) -> File:
    """Return a file of one entry. Whoever takes it means to come: it blocks the time."""
    programme, venue = own = events.programme(), events.venue()

    def write() -> bytes:
        made = replace(entry(programme, venue), is_busy=True)
        return ics.publish_one(made, entries.organizer(programme))

    return File(name=name, version=_version(*facts, *own), modified_at=modified_at, write=write)


def personal_date(registration: Registration, *, now: datetime) -> File:
    """Return one person's own entry to download, with the UID that her emails have.

    Raises Missing for someone who has none: she waits, or nothing is shown of her any more.
    """
    programme, venue = own = events.programme(), events.venue()
    event = registration.event
    if not _has_entry(registration, now):
        raise Missing
    shared = _shared(registration)

    def write() -> bytes:
        with speaking(registration.language), reading_in(registration.timezone):
            entry = shared.named(entries.event_entry(event, programme, venue, registration))
            return ics.publish_one(entry, entries.organizer(programme))

    return File(
        name=f"{feed_name(event.quiet_title)}.ics",
        version=_version("personal date", shared.is_so, *own, registration, event),
        modified_at=max(registration.updated_at, event.updated_at, shared.changed_at),
        write=write,
    )


def personal(registration: Registration, *, now: datetime) -> File:
    """Return one person's feed, her day: the event and the sessions in which she has a place.

    Whoever waits for another place meanwhile has the entry of the one she has. A canceled
    registration's entry stays, canceled, until the day is over, and so does a canceled session's.
    A remembered person's feed is empty: nothing is withdrawn in front of her family.
    """
    programme, venue = own = events.programme(), events.venue()
    event = registration.event
    has_entry = _has_entry(registration, now)
    takes_part = has_entry and registration.status == Status.CONFIRMED
    hers = queries.sessions_of(registration) if takes_part else []
    off = {
        each: midnight_after(each.ends_at, event.timezone)
        for each in hers
        if each.status == SessionStatus.CANCELLED
    }
    sessions = [each for each in hers if each not in off or now < off[each]]
    is_off = event.status == EventStatus.CANCELLED or registration.status == Status.CANCELLED
    leaving = [*off.values()]
    if is_off:
        leaving.append(midnight_after(event.ends_at, event.timezone))
    is_shown = has_entry and not (is_off and leaving[-1] <= now)
    shared = _shared(registration)

    def write() -> bytes:
        with speaking(registration.language), reading_in(registration.timezone):
            return ics.publish(
                [
                    shared.named(entries.event_entry(event, programme, venue, registration)),
                    *(
                        shared.named(entries.session_entry(session, programme, venue, registration))
                        for session in sessions
                        if session.uid != event.uid
                    ),
                ]
                if is_shown
                else [],
                name=shared.titled(
                    say(event, "quiet_title" if registration.is_discreet else "title")
                ),
                description=_("Your place, and what changes about it."),
                organizer=entries.organizer(programme),
            )

    changes = [registration.updated_at, event.updated_at, *(each.updated_at for each in hers)]
    changes.append(shared.changed_at)
    changes += [at for at in leaving if at <= now]
    return File(
        name=f"{feed_name(event.quiet_title)}.ics",
        version=_version(
            "registration", is_shown, shared.is_so, *own, registration, event, *sessions
        ),
        modified_at=max(changes),
        until=min((at for at in leaving if now < at), default=None),
        write=write,
    )


@dataclass(frozen=True, slots=True)
class _Shared:
    """Whether two read the mailbox of somebody, and since when at most."""

    registration: Registration
    is_so: bool
    changed_at: datetime

    def titled(self, text: str) -> str:
        """Return what something of hers is called."""
        return entries.whose(text, self.registration) if self.is_so else text

    def named(self, entry: Entry) -> Entry:
        """Return an entry of hers, which says whose it is."""
        return replace(entry, summary=self.titled(entry.summary))


def _shared(registration: Registration) -> _Shared:
    changed_at = queries.mailbox_changed_at(registration) or registration.updated_at
    return _Shared(registration, queries.shares_mailbox(registration), changed_at)


def _has_entry(registration: Registration, now: datetime) -> bool:
    return (
        kept_back(registration, Purpose.FEED, now=now) is None
        and registration.status != Status.WAITLISTED
        and registration.event.status != EventStatus.DRAFT
    )


def _is_off(edition: Edition, event: Event) -> bool:
    return edition.status == SessionStatus.CANCELLED or event.status == EventStatus.CANCELLED


def _leaves_at(edition: Edition) -> datetime:
    return midnight_after(edition.ends_at, edition.timezone)


def _modified_at(
    editions: Iterable[Edition], now: datetime, event: Event | None = None
) -> datetime:
    """Return the last change: an edit, or the midnight after which something was left out."""
    edits = [edition.updated_at for edition in editions]
    midnights = [
        _leaves_at(edition)
        for edition in editions
        if _leaves_at(edition) <= now and (event is None or _is_off(edition, event))
    ]
    return max([*edits, *midnights], default=datetime.fromtimestamp(0, ZoneInfo("UTC")))


def _facts(record: Record) -> list[object]:
    """Return everything that a record's own row says."""
    return [getattr(record, column.key) for column in record.__mapper__.column_attrs]


def _version(*facts: object) -> str:
    """Return a fingerprint of the facts and of all else that decides the bytes."""
    settings = current_settings()
    everything = (
        _code(),
        settings.base_url,
        settings.mail_default_sender,
        str(get_locale()),
        visitors_zone(),
        [law(zone) for zone in sorted(_zones(facts))],
        [_facts(fact) if isinstance(fact, Record) else fact for fact in facts],
    )
    return hashlib.sha256(repr(everything).encode()).hexdigest()[:32]


def _zones(facts: Iterable[object]) -> set[str]:
    """Return the zones whose clocks a file may speak of."""
    zones = {getattr(fact, "timezone", None) for fact in facts} | {visitors_zone()}
    return {zone for zone in zones if zone}


@cache
def _code() -> str:
    """Return a fingerprint of the code that writes entries."""
    sources = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))]
    digest = hashlib.sha256(b"".join(sources)).hexdigest()
    return f"{digest} {version('icalendar')} {version('tzdata')}"
