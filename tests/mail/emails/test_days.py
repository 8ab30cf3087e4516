"""An email says the first and the last day, in its subject and wherever it says when."""

import pytest

pytestmark = pytest.mark.sqlite_is_enough

BOTH = "Saturday, April 24, 2027 to Sunday, April 25, 2027"


@pytest.mark.parametrize(
    ("hours", "zone", "hours_said"),
    [
        (32.25, "America/New_York", "8:15 am to 4:30 pm on Sunday, April 25, 2027"),
        (8.25, "Asia/Tokyo", "9:15 pm to 5:30 am on Sunday, April 25, 2027"),
    ],
    ids=["two days", "from Tokyo"],
)
def test_two_days_on_her_clock_are_two_days_in_her_mail(make, written, hours, zone, hours_said):
    ada = make.registration(make.event(hours=hours), timezone=zone)
    letter = written("confirmation", ada)
    assert letter.subject == f"Your place on {BOTH}: Lantern spring day"
    assert hours_said in letter.text
    assert hours_said in letter.html.replace("\N{NO-BREAK SPACE}", " ")
    entry = letter.calendar.content.decode().replace("\r\n ", "").replace("\\,", ",")
    assert hours_said in entry


def test_one_day_is_said_once(make, written):
    letter = written("confirmation", make.registration(make.event()))
    assert letter.subject == "Your place on Saturday, April 24, 2027: Lantern spring day"
    assert "on Sunday" not in letter.text
