"""r03 Cora: in Phoenix, by webcast, and never a word on Tuesdays and Wednesdays."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.mail.illness import words_of_illness

PHOENIX = ZoneInfo("America/Phoenix")
DECEMBER = "/events/webcast-2026-12"
ANSWERS = {"mode": "webcast", "timezone": "America/Phoenix", "quiet_days": ["tue", "wed"]}


@pytest.fixture
def cora(someone):
    return someone("Cora Mockingbird")


def hours(attendee) -> list[tuple[str, str]]:
    """Return which email came when, on her own clock."""
    return [
        (mail.kind, f"{mail.came_at.astimezone(PHOENIX):%a %m-%d %H:%M}") for mail in attendee.mail
    ]


def test_the_hour_before_a_wednesday_webcast_cora_reads_on_monday(days, cora):
    days.come("2026-12-04 10:00")
    cora.register(at=DECEMBER, **ANSWERS)

    days.come("2026-12-17 10:00")

    assert hours(cora) == [
        ("confirmation", "Fri 12-04 08:00"),
        ("reminder", "Mon 12-14 10:00"),
        ("reminder", "Mon 12-14 18:00"),
    ]


def test_of_the_forum_cora_hears_by_day_and_never_before_breakfast(days, cora):
    days.come("2027-01-25 10:00")
    cora.register(**ANSWERS)

    days.come("2027-04-25 10:00")

    assert hours(cora) == [
        ("confirmation", "Mon 01-25 08:00"),
        ("reminder", "Sat 04-17 10:00"),
        ("reminder", "Thu 04-22 10:00"),
        ("reminder", "Fri 04-23 18:00"),
    ]
    assert "5:15 am to 1:30 pm, Mountain Time (Phoenix)" in cora.newest.words
    assert "8:15 am to 4:30 pm, Eastern Time" in cora.newest.words


def test_mail_that_comes_back_on_a_tuesday_does_not_make_up_for_it_that_day(days, cora, today):
    """The week's reminder was due on Saturday. On Thursday the next one says all of it."""
    days.come("2027-01-25 10:00")
    cora.register(**ANSWERS)
    days.come("2027-04-16 10:00")

    today.move_to(datetime(2027, 4, 20, 10, 0, tzinfo=PHOENIX))
    days.come("2027-04-22 10:30", "America/Phoenix")

    assert hours(cora)[1:] == [("reminder", "Thu 04-22 10:00")]


def test_whoever_looks_over_coras_shoulder_learns_nothing(days, cora):
    days.come("2027-01-25 10:00")
    cora.register(**ANSWERS)
    days.come("2027-04-24 09:00")

    assert len(cora.mail) == 4
    for mail in cora.mail:
        assert words_of_illness(mail.everything) == []
    for address in cora.mail[0].links():
        page = cora.open(address)
        assert words_of_illness(page.title) == []
