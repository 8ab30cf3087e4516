"""Calendar programs that come for their files, and what organizers do meanwhile."""

from datetime import UTC, datetime

from forum.db import db
from tests.calendars.readers import read_with_icalendar, read_with_vobject

FEED = "/events/forum-2027/calendar.ics"
NAMED = "/events/forum-2027/lantern-spring-day.ics"
UNCACHED = f"{FEED}?unknown=field"
"""The same, by an address that the page cache lets pass."""


class Program:
    """A calendar program: fetches, and remembers what it needs to ask again."""

    def __init__(self, app):
        self.client = app.test_client(use_cookies=False)
        self.last = None

    def fetch(self, address, **headers):
        self.last = self.client.get(address, headers=headers)
        return self.last

    def entries(self, address):
        """Return what it shows, by summary and status; both parsers must agree."""
        data = self.fetch(address).data
        found = read_with_icalendar(data)
        assert found == read_with_vobject(data)
        return [(each.summary, each.status) for each in found]


def change(record, **facts):
    """Change a record as an action does: a fact, its revisions, its time."""
    for name, value in facts.items():
        setattr(record, name, value)
    event = getattr(record, "event", record)
    record.sequence += 1
    record.version += 1
    event.revision += 1
    record.updated_at = datetime(2026, 11, 23, 14, 59, tzinfo=UTC)
    db.session.commit()
