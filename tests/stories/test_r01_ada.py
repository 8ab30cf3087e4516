"""r01 Ada: first time, in a wheelchair, and she wants a seat near the door."""

from sqlalchemy import text

from forum import clock
from forum.db import db
from forum.privacy.housekeeping import Housekeeper
from tests.registering import BOOKED, outcome

NEEDS = "A wheelchair\nA seat near the door"


def register(ada):
    return ada.register(
        mode="in_person", roles=["patient"], is_first_time="y", needs=NEEDS, food="Soft food"
    )


def stored(column: str) -> list[str]:
    """Return what a thief of the database would read."""
    return list(db.session.scalars(text(f"SELECT {column} FROM registration")))


def test_ada_finds_out_when_she_can_register_and_then_does(days, someone):
    ada = someone("Ada Q. Trialrun")
    closed = ada.open("/events/forum-2027/register")
    assert "Registration opens on Monday, January 25, 2027, 9:00 am" in closed.text

    days.come("2027-01-25 09:30")
    page = register(ada)
    assert outcome(page) == BOOKED

    days.work()
    [mail] = ada.mail
    assert mail.subject == "Your place on Saturday, April 24, 2027: Lantern spring day"
    assert (mail.reader, mail.method, mail.entry.sequence) == ("Ada Q. Trialrun", "REQUEST", 0)
    assert mail.entry.starts_at.isoformat() == "2027-04-24T12:15:00+00:00"
    assert "Harborlight Conference Center" in mail.entry.location
    mine = ada.open(mail.link("Open your page"))
    assert "A wheelchair A seat near the door" in ada.way(mine, "My details").text


def test_what_ada_needs_reaches_the_organizers_and_no_thief(days, someone, petra):
    days.come("2027-01-25 09:30")
    register(someone("Ada Q. Trialrun"))
    petra.come_back()

    person = petra.find("Ada Q. Trialrun")
    [row] = petra.export()

    assert "A wheelchair A seat near the door" in person.text
    assert (row["Name"], row["Would help"]) == ("Ada Q. Trialrun", NEEDS)
    assert row["Food"] == "Soft food"
    for column in ("needs_sealed", "food_sealed"):
        [sealed] = stored(column)
        assert "heelchair" not in sealed
        assert "Soft" not in sealed


def test_ada_is_reminded_twice_and_told_what_helps(days, someone):
    ada = someone("Ada Q. Trialrun")
    days.come("2027-01-25 09:30")
    register(ada)

    days.come("2027-04-24 08:15")

    assert [(mail.kind, f"{mail.came_at:%m-%d %H:%M}") for mail in ada.mail] == [
        ("confirmation", "01-25 14:30"),
        ("reminder", "04-17 14:00"),
        ("reminder", "04-22 14:00"),
    ]
    week, days_before = ada.mail[1:]
    assert "You have told us what you need" in week.words
    assert "you can take part online instead" in days_before.words


def test_thirty_days_after_nobody_knows_any_more_what_ada_needed(app, days, someone, petra):
    days.come("2027-01-25 09:30")
    register(someone("Ada Q. Trialrun"))

    days.come("2027-04-24 17:00")
    Housekeeper().look(now=clock.now(), goes_on=lambda: True)  # as a worker does every hour

    days.come("2027-05-24 08:00")
    assert app.test_cli_runner().invoke(args=["purge"]).exit_code == 0
    db.session.expire_all()
    assert None not in stored("needs_sealed")

    days.come("2027-05-25 08:00")
    assert app.test_cli_runner().invoke(args=["purge"]).exit_code == 0

    assert (stored("needs_sealed"), stored("food_sealed")) == ([None], [None])
    petra.come_back()
    assert "wheelchair" not in petra.find("Ada Q. Trialrun").text
