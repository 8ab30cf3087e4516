"""No page says a word twice where two parts of a sentence meet, in either language.

Every page that a visitor is given is reviewed for it (`tests/people.py`); here she walks.
"""

from datetime import timedelta

import pytest

from forum.events.models import Mode
from tests.make import SPRING_DAY
from tests.my import my
from tests.people import DOUBLED

pytestmark = pytest.mark.sqlite_is_enough

PUBLIC = ("/", "/events/", "/events/{}/", "/events/{}/register", "/events/{}/sessions/s/", "/find")
HERS = (
    *("", "mode", "mode?to=webcast", "sessions/", "day", "sessions/s/", "companions/"),
    *("details", "pause", "reminders", "data", "cancel", "calendar/new"),
)
BEFORE = {
    "months before": timedelta(days=90),
    "half an hour before": timedelta(minutes=30),
    "after the end": timedelta(hours=-9),
}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("when", BEFORE)
def test_on_no_page_of_ours_or_hers_a_word_is_said_twice(visitor, make, today, when, language):
    event = make.event(day_phone="+1-617-555-0190", day_hours="07:00-17:00")
    make.session(event, key="s", room=make.room(), has_captions=True, capacity=5)
    people = [
        make.registration(event, mode=mode, language=language, timezone="America/Denver")
        for mode in Mode
    ]
    today.move_to(SPRING_DAY - BEFORE[when], tick=False)

    for address in (
        *(each.format(event.slug) for each in PUBLIC),
        *(my(her, each) for her in people for each in HERS),
    ):
        joined = f"{address}{'&' if '?' in address else '?'}lang={language}"
        assert visitor.get(joined).status == 200


def test_a_doubled_word_is_noticed_and_a_name_or_a_number_is_not():
    assert DOUBLED.findall("Hoy alguien contesta de de 7:00 a.m.") == ["de"]
    assert DOUBLED.findall("Ada Ada has 7 7 of twenty-one one") == []
