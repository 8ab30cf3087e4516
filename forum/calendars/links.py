"""The choices behind "Add to calendar", as addresses.

A file and a subscription keep the entry's UID, so changes reach the calendar. Google's and
Outlook's prefilled forms only copy: they are offered last, for a single date, and say so on the
page. These addresses are unofficial (InteractionDesignFoundation/add-event-to-calendar-docs).
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import accumulate, takewhile
from urllib.parse import quote, urlencode

from forum.calendars.addresses import event_feed, feed_name, public, upcoming_feed
from forum.calendars.entries import event_entry, session_entry, whose
from forum.calendars.ics import Entry
from forum.calendars.queries import shares_mailbox
from forum.events.models import Event, Programme, Session, Venue
from forum.links import date_link, feed_link
from forum.registration.models import Registration
from forum.tongues import say

LONGEST = 1999  # characters of an address that every browser and server takes
LONGEST_TITLE = 200
GOOGLE = "https://calendar.google.com/calendar"
OUTLOOK = "https://outlook.live.com/calendar/0"
OUTLOOK_365 = "https://outlook.office.com/calendar/0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """Ways to follow a feed: `subscribe` (webcal:) and `address` (https:, to copy)."""

    address: str
    subscribe: str
    google: str
    outlook: str
    outlook_365: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarLinks:
    """Ways to add one date, the best first.

    `file` is an .ics to open, `full_titles` the same with the titles that tell the illness, where
    it is offered. Google's and Outlook's forms make a copy that never changes. `follow` is a feed
    besides, or None.
    """

    file: str
    full_titles: str | None
    google: str
    outlook: str
    outlook_365: str
    follow: Following | None


def for_everything(programme: Programme) -> Following:
    """Return the ways to follow all events to come."""
    return _follow(upcoming_feed(programme), name=programme.quiet_name)


def for_event(event: Event, programme: Programme, venue: Venue | None) -> CalendarLinks:
    """Return the ways to add an event, and to follow its sessions."""
    return _add(
        event_entry(event, programme, venue),
        file=public("calendars.date", slug=event.slug),
        full_titles=public("calendars.date", is_full=True, slug=event.slug),
        follow=_follow(event_feed(event), name=say(event, "quiet_title")),
    )


def for_session(session: Session, programme: Programme, venue: Venue | None) -> CalendarLinks:
    """Return the ways to add one session; `session.event` is asked for."""
    slug, key = session.event.slug, session.key
    return _add(
        session_entry(session, programme, venue),
        file=public("calendars.session", slug=slug, key=key),
        full_titles=public("calendars.session", is_full=True, slug=slug, key=key),
    )


def for_registration(
    registration: Registration, programme: Programme, venue: Venue | None
) -> CalendarLinks:
    """Return the ways to add one person's own entry, and to follow her day.

    The files are hers alone to pass on; in Google's and Outlook's forms nothing leads to them.
    """
    event = registration.event
    feed = feed_link(registration, feed_name(event.quiet_title))
    entry = event_entry(event, programme, venue, registration)
    name: str = say(event, "quiet_title")
    if shares_mailbox(registration):
        entry = replace(entry, summary=whose(entry.summary, registration))
        name = whose(name, registration)
    return _add(
        entry,
        file=date_link(registration),
        full_titles=None,
        follow=_follow(feed, name=name),
    )


def _follow(feed: str, *, name: str) -> Following:
    fields = _query({"url": feed, "name": name[:LONGEST_TITLE]})
    return Following(
        address=feed,
        subscribe=_webcal(feed),
        google=f"{GOOGLE}/u/0/r?{_query({'cid': _webcal(feed)})}",  # https: is refused there
        outlook=f"{OUTLOOK}/addfromweb?{fields}",
        outlook_365=f"{OUTLOOK_365}/addfromweb?{fields}",
    )


def _add(
    entry: Entry, *, file: str, full_titles: str | None, follow: Following | None = None
) -> CalendarLinks:
    return CalendarLinks(
        file=file,
        full_titles=full_titles,
        google=_google_form(entry),
        outlook=_outlook_form(OUTLOOK, entry),
        outlook_365=_outlook_form(OUTLOOK_365, entry),
        follow=follow,
    )


def _webcal(address: str) -> str:
    """Return an address as programs take it that subscribe at a touch."""
    return f"webcal://{address.partition('://')[2]}"


def _google_form(entry: Entry) -> str:
    span = f"{_compact(entry.starts_at)}/{_compact(entry.ends_at)}"
    fields = {
        "action": "TEMPLATE",
        "text": entry.summary[:LONGEST_TITLE],
        "dates": span,
        "location": entry.location[:LONGEST_TITLE],
    }
    return _with_details(f"{GOOGLE}/render", fields, "details", entry.description)


def _outlook_form(base: str, entry: Entry) -> str:
    fields = {
        "rru": "addevent",
        "subject": entry.summary[:LONGEST_TITLE],
        "startdt": f"{entry.starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{entry.ends_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "location": entry.location[:LONGEST_TITLE],
    }
    return _with_details(f"{base}/action/compose", fields, "body", entry.description)


def _with_details(base: str, fields: dict[str, str], name: str, details: str) -> str:
    """Return the address with as much of the details as it can hold, in whole characters."""
    bare = f"{base}?{_query(fields)}&{name}="
    left = LONGEST - len(bare)
    encoded = [quote(character, safe="", errors="replace") for character in details]
    room = takewhile(lambda length: length <= left, accumulate(map(len, encoded)))
    return bare + "".join(encoded[: len(list(room))])


def _query(fields: dict[str, str]) -> str:
    return urlencode(fields, quote_via=quote, safe="", errors="replace")


def _compact(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
