"""Days, hours and zones as people who speak Spanish in the United States say them."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from forum import i18n
from forum.i18n import (
    both_zones,
    day_in_words,
    moment_in_words,
    span_in_words,
    time_in_words,
    unbroken,
    zone_in_words,
)
from forum.organizer.words import moment, short_day

NEW_YORK, PHOENIX = "America/New_York", "America/Phoenix"
MORNING = datetime(2026, 12, 16, 13, 15, tzinfo=UTC)
NOON = datetime(2026, 12, 16, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def spanish():
    app = Flask(__name__)
    i18n.start(app)
    with app.app_context(), i18n.speaking("es"):
        yield


def test_a_day_has_no_comma_after_its_weekday():
    assert day_in_words(MORNING, NEW_YORK) == "miércoles 16 de diciembre de 2026"


def test_the_desks_short_day_is_in_the_order_of_its_language():
    assert short_day(MORNING, NEW_YORK) == "mié, 16 de dic de 2026"
    assert moment(NOON, NEW_YORK).replace("\xa0", " ").endswith("2026, 12:00 del mediodía")


def test_noon_is_noon():
    assert time_in_words(NOON, NEW_YORK) == "12:00 del mediodía"
    assert span_in_words(MORNING, NOON, NEW_YORK) == "8:15 a.m. a 12:00 del mediodía"
    said = moment_in_words(NOON, NEW_YORK)
    assert said == "miércoles 16 de diciembre de 2026, 12:00 del mediodía, hora del Este"
    assert "12:00\xa0del mediodía" in unbroken(said)


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        (NEW_YORK, "hora del Este"),
        ("America/Detroit", "hora del Este (Detroit)"),
        ("America/Chicago", "hora del Centro"),
        ("America/Denver", "hora de la Montaña"),
        (PHOENIX, "hora de la Montaña (Phoenix)"),
        ("America/Los_Angeles", "hora del Pacífico"),
    ],
)
def test_zones_have_the_names_that_are_heard_on_the_radio(zone, said):
    assert zone_in_words(zone, MORNING) == said


def test_hours_are_from_and_to_on_both_clocks():
    assert both_zones(MORNING, NOON, PHOENIX, NEW_YORK) == [
        (
            "miércoles 16 de diciembre de 2026, de 6:15 a.m. a 10:00 a.m.,"
            " hora de la Montaña (Phoenix)"
        ),
        "de 8:15 a.m. a 12:00 del mediodía, hora del Este",
    ]
