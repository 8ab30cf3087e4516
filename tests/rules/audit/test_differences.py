"""How something was before a change and is after it, as the history keeps it."""

from datetime import UTC, datetime

from forum.accounts.models import Organizer, OrganizerRole
from forum.audit.rules import differences, standing
from forum.events.models import Appearance, Programme, Room, Session, Speaker
from forum.reminders.models import Reminder

NINE = datetime(2027, 4, 24, 13, 0, tzinfo=UTC)


def test_only_what_differs_is_kept_before_and_after():
    was = {"title": "Bones", "capacity": None, "room_id": 1}
    now = {"title": "Bones", "capacity": 8, "room_id": 2}

    assert differences(was, now) == {
        "was": {"capacity": None, "room_id": 1},
        "now": {"capacity": 8, "room_id": 2},
    }


def test_what_is_no_longer_there_is_kept_as_nothing():
    assert differences({"title_es": "Huesos"}, {}) == {
        "was": {"title_es": "Huesos"},
        "now": {"title_es": None},
    }


def test_nothing_is_kept_where_nothing_differs():
    assert differences({"title": "Bones"}, {"title": "Bones"}) == {}


def test_times_and_choices_are_kept_as_json_has_them():
    session = standing(Session(title="Bones", starts_at=NINE, is_streamed=True))
    organizer = standing(Organizer(name="Petra", email="p@x.example", role=OrganizerRole.OWNER))
    rule = standing(Reminder(lead="P7D", modes=("webcast",)))

    assert (session["starts_at"], session["title"]) == ("2027-04-24T13:00:00+00:00", "Bones")
    assert session["is_streamed"] is True
    assert organizer["role"] == "owner"
    assert rule["modes"] == ["webcast"]


def test_who_speaks_is_kept_by_number():
    session = Session(title="Bones")
    session.appearances = [Appearance(speaker=Speaker(id=7)), Appearance(speaker=Speaker(id=3))]

    assert standing(session)["speakers"] == [7, 3]


def test_the_texts_of_the_programme_are_kept_in_both_languages():
    room = standing(Room(name="Sail Studio", in_spanish={"name": "Sala Vela"}))
    session = standing(Session(title="Bones", in_spanish={"description": "Sobre huesos."}))

    assert (room["name"], room["name_es"]) == ("Sail Studio", "Sala Vela")
    assert "description_es" not in session


def test_how_the_desk_is_reached_is_kept():
    programme = standing(Programme(contact_phone="+1-617-555-0142", name="Lantern"))

    assert programme["contact_phone"] == "+1-617-555-0142"


def test_nothing_that_says_who_somebody_is_is_kept():
    kept = standing(Organizer(name="Petra", email="p@x.example"))

    assert {"name", "email"} & kept.keys() == set()
