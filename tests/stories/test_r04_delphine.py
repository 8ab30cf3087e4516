"""r04 Delphine: in Paris, where clocks change two weeks after Boston's."""

from zoneinfo import ZoneInfo

PARIS = "Europe/Paris"
ANSWERS = {"mode": "webcast", "timezone": PARIS, "roles": ["patient"]}


def test_between_the_two_changes_of_clocks_delphines_hour_is_said_right(someone):
    """March 17: Boston's clocks have changed, those of Paris have not."""
    delphine = someone("Delphine Essai")

    march = delphine.open(f"/events/webcast-2027-03/?tz={PARIS}")
    february = delphine.open(f"/events/webcast-2027-02/?tz={PARIS}")

    assert "5:00 pm to 6:00 pm, Central European Time (Paris)" in march.text
    assert "12:00 noon to 1:00 pm, Eastern Time" in march.text
    assert "6:00 pm to 7:00 pm, Central European Time (Paris)" in february.text


def test_delphines_mail_says_both_clocks_in_words_and_comes_by_her_own(days, someone):
    delphine = someone("Delphine Essai")
    days.come("2027-01-25 09:30")
    page = delphine.register(**ANSWERS)
    both = (
        "Saturday, April 24, 2027, 2:15 pm to 10:30 pm, Central European Time (Paris)",
        "8:15 am to 4:30 pm, Eastern Time",
    )
    assert [words for words in both if words not in page.text] == []

    days.come("2027-04-25 09:00")

    hours = [f"{mail.came_at.astimezone(ZoneInfo(PARIS)):%m-%d %H:%M}" for mail in delphine.mail]
    assert hours == ["01-25 15:30", "04-17 10:00", "04-22 10:00", "04-24 12:45"]
    for mail in delphine.mail:
        assert [words for words in both if words not in mail.words] == []


def test_delphines_calendar_has_the_hour_in_a_zone_that_it_understands(days, someone):
    delphine = someone("Delphine Essai")
    days.come("2027-01-25 09:30")
    delphine.register(**ANSWERS)
    days.work()

    [mail] = delphine.mail

    assert f"{mail.entry.starts_at.astimezone(ZoneInfo(PARIS)):%H:%M}" == "14:15"
    assert b"BEGIN:VTIMEZONE\r\nTZID:America/New_York\r\n" in mail.calendar
    assert "2:15 pm to 10:30 pm, Central European Time (Paris)" in mail.entry.description
