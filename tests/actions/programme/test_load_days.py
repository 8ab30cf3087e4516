"""A file with another day for what is there: next year's, last year's, a slip."""

from datetime import UTC, datetime

import pytest

from forum.programme.reading.faults import Faulty
from forum.registration.models import Status
from tests.actions.programme.rows import state
from tests.programme import changed, event, loaded

FORUM_DAY = ("date: 2027-04-24", "date: 2028-04-22")
WEBCAST_DAY = ("{id: w3, date: 2026-12-16", "{id: w3, date: 2027-12-15")
FAULTS = {
    "forum-2027": (
        'forum.date: "forum-2027" is over since 2027-04-24: '
        "an event on another day needs its own id"
    ),
    "w3": (
        'webcasts[2].date: "w3" is over since 2026-12-16: an event on another day needs its own id'
    ),
}
AFTER_ALL = datetime(2027, 11, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "edit"),
    [("forum-2027", FORUM_DAY), ("w3", WEBCAST_DAY)],
    ids=["forum", "webcast"],
)
@pytest.mark.parametrize("status", [Status.CONFIRMED, Status.CANCELLED, None])
def test_an_id_is_not_used_again_for_another_year(make, key, edit, status):
    loaded()
    if status:
        make.registration(event(key), status=status)
    before = state()

    with pytest.raises(Faulty) as refused:
        loaded(changed(edit), now=AFTER_ALL)

    assert refused.value.lines == [FAULTS[key]]
    assert state() == before


def test_an_event_of_the_past_can_still_be_put_right_on_its_own_day(app):
    loaded()

    report = loaded(
        changed(('hours: ["08:15", "16:30"]', 'hours: ["08:15", "17:00"]')), now=AFTER_ALL
    )

    assert report.changed == ["event forum-2027"]


def test_a_wrong_year_of_which_nobody_heard_in_time_can_be_put_right(app):
    wrong = changed(("{id: w3, date: 2026-12-16", "{id: w3, date: 2025-12-17"))
    loaded(wrong)

    loaded()

    assert event("w3").starts_at == datetime(2026, 12, 16, 17, 0, tzinfo=UTC)


def test_a_wrong_year_that_someone_registered_for_keeps_its_id(app, make):
    loaded(changed(("{id: w3, date: 2026-12-16", "{id: w3, date: 2025-12-17")))
    make.registration(event("w3"))

    with pytest.raises(Faulty):
        loaded()


def test_an_event_that_is_not_over_moves(app, make):
    loaded()
    make.registration(event("w3"))

    loaded(changed(("{id: w3, date: 2026-12-16", "{id: w3, date: 2026-12-23")))

    assert event("w3").starts_at == datetime(2026, 12, 23, 17, 0, tzinfo=UTC)
