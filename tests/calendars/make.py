"""Entries for tests: say what matters, the rest is a plain forum day."""

from datetime import UTC, datetime
from typing import Any

from forum.calendars.ics import Attendee, Entry, Inviter

LANTERN = Inviter("Lantern", "hello@lantern.example")
ADA = Attendee("Ada Q. Trialrun", "ada@example.org")


def an_entry(**changes: Any) -> Entry:
    facts: dict[str, Any] = {
        "uid": "0b9c1f0e-5a0f-4d53-8f43-6a1f7f2f7c11",
        "sequence": 2,
        "created_at": datetime(2026, 11, 1, 9, tzinfo=UTC),
        "updated_at": datetime(2026, 11, 23, 14, 30, 15, tzinfo=UTC),
        "starts_at": datetime(2027, 4, 24, 12, 15, tzinfo=UTC),
        "ends_at": datetime(2027, 4, 24, 20, 30, tzinfo=UTC),
        "timezone": "America/New_York",
        "summary": "Lantern spring day",
        "location": "Harborlight Conference Center, 1 Example Wharf, Boston",
        "description": "Call us at +1-617-555-0142.\nhttps://forum.example/events/forum-2027/",
        "url": "https://forum.example/events/forum-2027/",
    }
    return Entry(**facts | changes)
