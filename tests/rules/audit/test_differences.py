"""How something was before a change and is after it, as the history keeps it."""

from datetime import UTC, datetime

from forum.accounts.models import Organizer, OrganizerRole
from forum.audit.rules import differences, standing
from forum.events.models import Session

NINE = datetime(2027, 4, 24, 13, 0, tzinfo=UTC)


def test_only_what_differs_is_kept_before_and_after():
    was = {"title": "Bones", "capacity": None, "room_id": 1}
    now = {"title": "Bones", "capacity": 8, "room_id": 2}

    assert differences(was, now) == {
        "was": {"capacity": None, "room_id": 1},
        "now": {"capacity": 8, "room_id": 2},
    }


def test_nothing_is_kept_where_nothing_differs():
    assert differences({"title": "Bones"}, {"title": "Bones"}) == {}


def test_times_and_choices_are_kept_as_json_has_them():
    session = standing(Session(title="Bones", starts_at=NINE, is_streamed=True))
    organizer = standing(Organizer(name="Petra", email="p@x.example", role=OrganizerRole.OWNER))

    assert (session["starts_at"], session["title"]) == ("2027-04-24T13:00:00+00:00", "Bones")
    assert session["is_streamed"] is True
    assert organizer["role"] == "owner"


def test_nothing_that_says_who_somebody_is_is_kept():
    kept = standing(Organizer(name="Petra", email="p@x.example"))

    assert {"name", "email"} & kept.keys() == set()
