"""An event as schema.org data, for search engines (schema.org/Event, Google's "Event" guide).

It is a data block: browsers do not run it, so the page's policy for scripts does not concern it
(HTML, 4.12.1 "data block").
"""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from forum.events.models import Event, EventStatus, Mode, Programme, Venue
from forum.events.rules import is_online_only
from forum.tongues import say

SCHEMA = "https://schema.org/"


def event_data(
    event: Event,
    programme: Programme,
    venue: Venue | None,
    address: str,
    *,
    old_start: datetime | None = None,
) -> Markup:
    """Return the event as JSON that is safe inside a `<script>` element.

    `old_start` is when it was to start before it was postponed.

    `address` is the event's own page, absolute: it is also where one joins, because the address
    of a stream is never public.
    """
    zone = ZoneInfo(event.timezone)
    data = {
        "@context": SCHEMA.rstrip("/"),
        "@type": "EducationEvent",
        "name": say(event, "title"),
        "startDate": event.starts_at.astimezone(zone).isoformat(),
        "endDate": event.ends_at.astimezone(zone).isoformat(),
        "eventStatus": SCHEMA + _status(event, old_start),
        "eventAttendanceMode": SCHEMA + _attendance(event),
        "location": _location(event, venue, address),
        "organizer": {"@type": "Organization", "name": say(programme, "name")},
        "inLanguage": event.language,
        "isAccessibleForFree": not event.details.get("cost"),
        "url": address,
    }
    if description := say(event, "description"):
        data["description"] = description
    if old_start is not None:
        data["previousStartDate"] = old_start.astimezone(zone).isoformat()
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(  # noqa: S704 - escaped here: none of the three can end or open an element
        text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    )


def _status(event: Event, old_start: datetime | None) -> str:
    if event.status == EventStatus.CANCELLED:
        return "EventCancelled"
    return "EventScheduled" if old_start is None else "EventRescheduled"


def _attendance(event: Event) -> str:
    modes = {gate.mode for gate in event.gates}
    if is_online_only(event):
        return "OnlineEventAttendanceMode"
    is_mixed = Mode.WEBCAST in modes
    return "MixedEventAttendanceMode" if is_mixed else "OfflineEventAttendanceMode"


def _location(event: Event, venue: Venue | None, address: str) -> list[dict[str, str]]:
    attendance = _attendance(event)
    places = []
    if venue is not None and attendance != "OnlineEventAttendanceMode":
        places.append({"@type": "Place", "name": say(venue, "name"), "address": venue.address})
    if attendance != "OfflineEventAttendanceMode":
        places.append({"@type": "VirtualLocation", "url": address})
    return places
