"""Addresses of public pages and files, as calendars keep them."""

import re
import unicodedata

from flask_babel import get_locale

from forum.events.models import Event, Programme
from forum.i18n import visitors_zone
from forum.links import absolute

LONGEST_NAME = 60
_OTHER = re.compile(r"[^a-z0-9]+")


def public(endpoint: str, *, is_full: bool = False, **values: str) -> str:
    """Return an absolute address that opens in the language spoken now, and the visitor's zone.

    `is_full` asks for the full titles, where discreet ones are the rule.
    """
    language = str(get_locale() or "en")
    if language != "en":
        values["lang"] = language
    if zone := visitors_zone():
        values["tz"] = zone
    if is_full:
        values["titles"] = "full"
    return absolute(endpoint, **values)


def upcoming_feed(programme: Programme, *, is_full: bool = False) -> str:
    """Return the address of the feed of everything to come."""
    return public("calendars.upcoming", is_full=is_full, name=feed_name(programme.quiet_name))


def event_feed(event: Event, *, is_full: bool = False) -> str:
    """Return the address of the feed of an event's sessions."""
    name = feed_name(event.quiet_title)
    return public("calendars.event", is_full=is_full, slug=event.slug, name=name)


def feed_name(title: str) -> str:
    """Return how a feed's address ends, before `.ics`: its discreet title in small letters.

    Thunderbird calls a calendar by it. Any other name opens the same feed, so that it goes on
    when the title changes.
    """
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return _OTHER.sub("-", letters).strip("-")[:LONGEST_NAME].strip("-") or "calendar"
