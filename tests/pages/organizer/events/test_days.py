"""The desk reads the first and the last day of an event that has two."""

from datetime import timedelta

import pytest

from forum.db import db

pytestmark = pytest.mark.sqlite_is_enough

BOTH = "Saturday, April 24, 2027 to Sunday, April 25, 2027"


@pytest.mark.parametrize("page", ["cancel", "online"])
def test_before_a_whole_event_is_changed_its_days_are_said(desk, make, event, page):
    make.session(event, room=make.room())
    event.ends_at += timedelta(days=1)
    db.session.commit()
    assert BOTH in " ".join(desk.get(f"/organize/events/{event.slug}/{page}").text.split())


@pytest.mark.both_engines
def test_the_page_of_an_event_says_on_which_day_it_ends(desk, event):
    event.ends_at += timedelta(days=1)
    db.session.commit()
    assert "4:30 pm on Sunday, April 25, 2027" in " ".join(
        desk.get(f"/organize/events/{event.slug}/").text.split()
    )
