"""An email on a page of the desk: its sheet in a frame of its own, its calendar part in words."""

import icalendar
from flask import Response, make_response

from forum.emails.letter import CalendarPart, Letter
from forum.events.words import moment
from forum.i18n import _
from forum.web.headers import POLICY

SHEET_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
"""An email brings its styles inside, and nothing else: no script, no picture, no request."""
PAGE_POLICY = f"{POLICY}; frame-src 'self'"


def sheet(letter: Letter) -> Response:
    """Return the HTML form of an email, as an answer that can do nothing but be looked at."""
    response = Response(letter.html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = SHEET_POLICY
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.cache_control.no_store = True
    return response


def with_sheets(page: str, status: int = 200) -> Response:
    """Return a page of the desk that may show sheets in frames."""
    response = make_response(page, status)
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    return response


def entry_in_words(part: CalendarPart | None, zone: str) -> list[tuple[str, str]] | None:
    """Return what a calendar part says, as pairs of name and words; None if there is none.

    `zone` is the clock on which its times are said.
    """
    if part is None:
        return None
    calendar = icalendar.Calendar.from_ical(part.content)
    entry = next(iter(calendar.walk("VEVENT")))
    said = [
        (_("Title"), str(entry.get("SUMMARY", ""))),
        (_("Begins"), moment(entry.decoded("DTSTART"), zone)),
        (_("Ends"), moment(entry.decoded("DTEND"), zone)),
        (_("Place"), str(entry.get("LOCATION", ""))),
        (_("Notes"), str(entry.get("DESCRIPTION", ""))),
        (_("Version"), str(entry.get("SEQUENCE", ""))),
    ]
    return [(name, words) for name, words in said if words]
