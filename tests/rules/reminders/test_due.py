"""When reminders are due, on clocks of all kinds."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum import quiet_hours
from forum.reminders import rules

FORUM = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)  # Saturday 8:15 in Boston
ZONES = [
    "America/New_York",
    "America/Phoenix",
    "America/Los_Angeles",
    "Pacific/Honolulu",
    "Pacific/Kiritimati",
    "Europe/Paris",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
]
INSTANTS = st.integers(1767225600, 1893456000).map(lambda at: datetime.fromtimestamp(at, UTC))
"""From 2026 to 2030."""
LEADS = [("P7D", "10:00"), ("P2D", "10:00"), ("P1D", "21:30"), ("P2D", "02:30"), ("PT90M", None)]


def unmoved(lead: str, local_time: str | None, starts_at: datetime, zone: str) -> datetime:
    """Say when a reminder would go if nothing ever disturbed anyone."""
    if local_time is None:
        return starts_at - rules.lead_time(lead)
    day = starts_at.astimezone(ZoneInfo(zone)).date() - rules.lead_time(lead)
    wall = datetime.combine(day, time.fromisoformat(local_time), tzinfo=ZoneInfo(zone))
    return wall.astimezone(UTC)


def local(due: datetime, zone: str) -> str:
    return f"{due.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("America/New_York", "Thu 2027-04-22 10:00"),
        ("America/Phoenix", "Thu 2027-04-22 10:00"),
        ("Europe/Paris", "Thu 2027-04-22 10:00"),
        ("Pacific/Kiritimati", "Fri 2027-04-23 10:00"),  # there it begins on Sunday
        ("Pacific/Honolulu", "Thu 2027-04-22 10:00"),
    ],
)
def test_two_days_before_is_counted_in_her_own_days_at_her_own_ten(zone, expected):
    assert local(rules.due_at("P2D", "10:00", starts_at=FORUM, zone=zone), zone) == expected


def test_ninety_minutes_before_is_exact_when_she_is_awake():
    starts_at = datetime(2027, 4, 24, 16, 0, tzinfo=UTC)
    due = rules.due_at("PT90M", None, starts_at=starts_at, zone="America/New_York")
    assert due == datetime(2027, 4, 24, 14, 30, tzinfo=UTC)


def test_before_an_early_start_she_is_reminded_the_evening_before():
    due = rules.due_at("PT90M", None, starts_at=FORUM, zone="America/New_York")
    assert local(due, "America/New_York") == "Fri 2027-04-23 18:00"


def test_late_in_the_evening_becomes_six_the_same_evening():
    starts_at = datetime(2027, 4, 25, 2, 0, tzinfo=UTC)  # 22:00 in New York
    due = rules.due_at("PT60M", None, starts_at=starts_at, zone="America/New_York")
    assert local(due, "America/New_York") == "Sat 2027-04-24 18:00"


def test_eight_in_the_morning_is_allowed_and_a_minute_earlier_is_not():
    at_eight = datetime(2027, 4, 24, 13, 0, tzinfo=UTC)
    assert (
        local(
            rules.due_at("PT60M", None, starts_at=at_eight, zone="America/New_York"),
            "America/New_York",
        )
        == "Sat 2027-04-24 08:00"
    )
    assert (
        local(
            rules.due_at(
                "PT60M", None, starts_at=at_eight - timedelta(minutes=1), zone="America/New_York"
            ),
            "America/New_York",
        )
        == "Fri 2027-04-23 18:00"
    )


def test_on_a_treatment_day_it_comes_the_evening_before():
    due = rules.due_at(
        "P2D", "10:00", starts_at=FORUM, zone="America/Phoenix", quiet_days=("wed", "thu")
    )
    assert local(due, "America/Phoenix") == "Tue 2027-04-20 18:00"


def test_seven_quiet_days_silence_nobody():
    due = rules.due_at(
        "P2D", "10:00", starts_at=FORUM, zone="America/New_York", quiet_days=quiet_hours.DAYS
    )
    assert local(due, "America/New_York") == "Thu 2027-04-22 10:00"


@pytest.mark.parametrize(
    ("starts_at", "hour_in_utc"),
    [
        (datetime(2027, 3, 14, 16, 0, tzinfo=UTC), 15),  # clocks go forward that night
        (datetime(2027, 11, 7, 17, 0, tzinfo=UTC), 14),  # clocks go back that night
    ],
)
def test_ten_stays_ten_when_the_clocks_change_before_the_event(starts_at, hour_in_utc):
    due = rules.due_at("P2D", "10:00", starts_at=starts_at, zone="America/New_York")
    assert local(due, "America/New_York")[-5:] == "10:00"
    assert due.hour == hour_in_utc


def test_the_hour_that_spring_skips_and_the_hour_that_autumn_repeats_do_not_disturb():
    for starts_at in (
        datetime(2027, 3, 14, 8, 30, tzinfo=UTC),
        datetime(2027, 11, 7, 7, 0, tzinfo=UTC),
    ):
        due = rules.due_at("PT60M", None, starts_at=starts_at, zone="America/New_York")
        assert local(due, "America/New_York")[-5:] == "18:00"


@given(
    starts_at=INSTANTS,
    zone=st.sampled_from(ZONES),
    lead=st.sampled_from(LEADS),
    quiet_days=st.lists(st.sampled_from(quiet_hours.DAYS), unique=True).map(tuple),
)
def test_nobody_is_ever_disturbed_and_nothing_is_ever_moved_later(
    starts_at, zone, lead, quiet_days
):
    due = rules.due_at(*lead, starts_at=starts_at, zone=zone, quiet_days=quiet_days)
    on_her_clock = due.astimezone(ZoneInfo(zone))
    assert time(8) <= on_her_clock.time() < time(20)
    if len(quiet_days) < 7:
        assert quiet_hours.DAYS[on_her_clock.weekday()] not in quiet_days
    assert due <= unmoved(*lead, starts_at, zone) < starts_at
    assert starts_at - due <= rules.lead_time(lead[0]) + timedelta(days=9)


@given(
    at=INSTANTS,
    zone=st.sampled_from(ZONES),
    quiet_days=st.lists(st.sampled_from(quiet_hours.DAYS), unique=True).map(tuple),
)
def test_what_is_late_waits_for_the_first_moment_that_does_not_disturb(at, zone, quiet_days):
    later = quiet_hours.next_permitted(at, zone=zone, quiet_days=quiet_days)
    assert later >= at
    assert not quiet_hours.is_quiet(later, zone=zone, quiet_days=quiet_days)
    if later > at:
        assert quiet_hours.is_quiet(at, zone=zone, quiet_days=quiet_days)
        before = later - timedelta(seconds=1)
        assert quiet_hours.is_quiet(before, zone=zone, quiet_days=quiet_days)


@pytest.mark.parametrize(
    ("text", "minutes"), [("P7D", 7 * 1440), ("PT90M", 90), ("PT1H30M", 90), ("P1DT2H", 1560)]
)
def test_leads_are_read_as_iso_8601_durations(text, minutes):
    assert rules.lead_time(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "P", "PT", "7D", "P1W", "P-1D", "PT0M", "P7DT", " P7D"])
def test_what_is_no_lead_is_refused(text):
    with pytest.raises(ValueError, match="is not a lead"):
        rules.lead_time(text)


def test_a_local_time_needs_whole_days():
    with pytest.raises(ValueError, match="whole days"):
        rules.due_at("PT90M", "10:00", starts_at=FORUM, zone="America/New_York")


def test_a_late_reminder_is_useful_for_the_first_half_of_its_lead():
    assert rules.useful_until("P2D", starts_at=FORUM) == FORUM - timedelta(days=1)
    assert rules.useful_until("PT90M", starts_at=FORUM) == FORUM - timedelta(minutes=45)
