"""r13 Mordecai: in Honolulu, with large print and a screen reader."""

import re
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tests.markup import parse
from tests.people import XHTML, words

HONOLULU = ZoneInfo("Pacific/Honolulu")
LANDMARKS = ("header", "main", "footer")
ANSWERS = {
    "mode": "webcast",
    "timezone": "Pacific/Honolulu",
    "roles": ["patient"],
    "needs": "Large print\nI use a screen reader",
}


@pytest.fixture
def mordecai(days, someone):
    days.come("2027-01-25 09:30")
    mordecai = someone("Mordecai Lowvision")
    mordecai.register(**ANSWERS)
    return mordecai


def headings(page) -> list[int]:
    """Return the levels of the headings in reading order."""
    return [
        int(each.tag[-1])
        for each in page.tree.iter()
        if isinstance(each.tag, str) and each.tag.removeprefix(XHTML) in {"h1", "h2", "h3", "h4"}
    ]


def pieces(html: str) -> list[str]:
    """Return what stands in a mail's picture, piece by piece."""
    shown = re.sub(r"<!--.*?-->", "", html)  # what only Outlook for Windows reads
    body = parse(shown).find(f"{XHTML}body")
    return [" ".join(text.split()) for text in body.itertext() if text.strip()]


def test_mordecai_finds_his_way_by_landmarks_headings_and_labels(mordecai, days):
    """The visitor fails for a field without a label, a second h1, or a title that says less."""
    days.come("2027-04-24 08:20")
    pages = [mordecai.open(link) for link in mordecai.newest.links() if "localhost" in link]
    [mine] = [page for page in pages if page.heading == "Today. Starts in 10 minutes"]
    behind = [href for href in mine.links().values() if href.startswith("/my/")]
    pages += [mordecai.open(href) for href in behind if not href.endswith(".ics")]

    for page in pages:
        assert [page.one(mark).get("id") for mark in LANDMARKS] == [None, "main", None]
        assert page.all("a")[0].get("href") == "#main"
        levels = headings(page)
        assert [b for a, b in pairwise(levels) if b > a + 1] == []
        for link in page.all("a"):
            assert words(link) or link.get("aria-label"), link.attrib


def test_the_text_of_mordecais_mail_says_all_that_its_picture_says(mordecai, days):
    days.come("2027-04-24 08:20")

    assert len(mordecai.mail) == 4
    for mail in mordecai.mail:
        assert [piece for piece in pieces(mail.html) if piece not in mail.words] == []
        assert [link for link in mail.links() if link not in mail.text] == []


def test_in_honolulu_the_forum_begins_before_dawn_and_its_reminders_come_by_day(mordecai, days):
    days.come("2027-04-24 08:20")

    hours = [f"{mail.came_at.astimezone(HONOLULU):%a %m-%d %H:%M}" for mail in mordecai.mail]

    assert hours == ["Mon 01-25 04:30", "Sat 04-17 10:00", "Thu 04-22 10:00", "Fri 04-23 18:00"]
    assert "2:15 am to 10:30 am, Hawaii-Aleutian Time (Honolulu)" in mordecai.newest.words


def test_a_webcast_at_night_in_boston_is_on_the_day_before_in_honolulu(mordecai, petra, today):
    """Petra moves February's webcast to four in the morning, for a speaker who is far away."""
    petra.come_back()
    page = petra.get("/organize/events/webcast-2027-02/edit")
    hours = {"starts": "2027-02-17T04:00", "ends": "2027-02-17T05:00"}
    petra.press(page, "Save", **hours)

    page = mordecai.open("/events/webcast-2027-02/?tz=Pacific/Honolulu")

    assert "Tuesday, February 16, 2027, 11:00 pm" in page.text
    assert "Hawaii-Aleutian Time (Honolulu)" in page.text
    assert "Wednesday, February 17, 2027, 4:00 am to 5:00 am, Eastern Time" in page.text
