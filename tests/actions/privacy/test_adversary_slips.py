"""A slip that nobody ever saw does not let us keep what people were promised we delete."""

from datetime import timedelta

from forum.db import transaction
from forum.events.models import EventStatus
from forum.privacy import housekeeping, rules
from tests.stored import fresh


def test_a_year_mistyped_in_a_draft_keeps_nobodys_answers_a_year_longer(make):
    event = make.event(status=EventStatus.DRAFT)
    was = event.starts_at, event.ends_at
    year = timedelta(days=366)
    with transaction():
        event.ends_at = was[1] + year
        event.starts_at = was[0] + year
    with transaction():  # a minute later, before anybody could register
        event.starts_at = was[0]
        event.ends_at = was[1]
        event.status = EventStatus.PUBLISHED
    ada = make.registration(event, needs="wheelchair")
    over = event.ends_at + timedelta(hours=1)

    housekeeping.note_over(now=over)
    housekeeping.purge(now=over + rules.ANSWERS + timedelta(days=1))

    assert fresh(ada).needs is None or fresh(ada).needs == ""
