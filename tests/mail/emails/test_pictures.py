"""Every email as a picture: in light and dark, and at 200 % on a phone; nothing is fetched.

With PICTURES set to a folder, the pictures are kept there: `make pictures`.
"""

import os
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from forum import clock
from forum.db import db
from forum.emails import Letter, write
from forum.emails.kinds import KINDS, TO_ORGANIZERS, CalendarMethod
from forum.events.models import Mode
from tests.mail.occasions import facts_of, invited, person_for, to_organizer
from tests.make import SPRING_DAY

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_is_enough]

PICTURES = os.environ.get("PICTURES")
LONG = (
    "Vivir con una enfermedad avanzada: otorrinolaringología, electroencefalografía y "
    "acompañamiento interdisciplinario para familias y personas cuidadoras"
)
WIDE = {"width": 700, "height": 900}
PHONE_TWICE = {"width": 195, "height": 422}
"""What a phone of 390 px has left for its layout at 200 %."""
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def event(make):
    event = make.event(quiet_title="Lantern spring day")
    make.session(event, room=make.room(name="Tide Auditorium", dial_in="+1-617-555-0150"))
    make.reminder(event, "P7D", local_time="10:00")
    return event


@pytest.fixture
def letter_of(make, event, queue):
    def letter_of(name: str, /, **facts) -> Letter:
        with time_machine.travel(SPRING_DAY - timedelta(days=2) + timedelta(hours=3), tick=False):
            if name in TO_ORGANIZERS:
                return to_organizer(make, name)
            person = person_for(make, event, name, **facts)
            if KINDS[name].calendar == CalendarMethod.CANCEL:
                invited(queue, person)
            letter = write(queue(name, person, facts=facts_of(make, name, person)), clock.now())
        assert isinstance(letter, Letter), letter
        return letter

    return letter_of


@pytest.fixture
def sheet(chromium):
    """Return a page in Chromium that fails the test on any request at all."""
    context = chromium.new_context(viewport=WIDE)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert asked == []


def picture(page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def look(page, axe, letter: Letter, name: str) -> None:
    """Look at a letter as people do, and fail for what would be in their way."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(WIDE)
        page.set_content(letter.html)
        page.evaluate(axe)
        rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
        found = page.evaluate("rules => axe.run(document, rules)", rules)
        troubles = [
            (each["id"], [node["html"][:120] for node in each["nodes"]])
            for each in found["violations"]
            if each["id"] not in {"region", "landmark-one-main"}  # an email is no page with parts
        ]
        assert troubles == [], (name, scheme)
        picture(page, f"{name}-{scheme}")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE_TWICE)
    assert not page.evaluate(SIDEWAYS), f"{name} scrolls sideways at 200 %"
    picture(page, f"{name}-phone-200")


@pytest.mark.parametrize("name", [*KINDS, *TO_ORGANIZERS])
def test_every_email_can_be_read_in_light_in_dark_and_twice_as_large(sheet, axe, letter_of, name):
    facts = {} if name in TO_ORGANIZERS else {"timezone": "America/Los_Angeles"}
    look(sheet, axe, letter_of(name, **facts), f"{name}-en")


@pytest.mark.parametrize("name", ["confirmation", "reminder", "offer", "invitation"])
def test_long_titles_names_and_spanish_words_stay_on_the_sheet(sheet, axe, letter_of, event, name):
    event.title = LONG
    db.session.commit()
    letter = letter_of(
        name,
        language="es",
        mode=Mode.WEBCAST,
        name="María-Guadalupe Fernández-Echeverría " * 4,
        is_discreet=False,
        timezone="America/Argentina/Buenos_Aires",
    )
    look(sheet, axe, letter, f"{name}-es")


@pytest.mark.parametrize("mode", Mode)
def test_each_way_to_attend_has_its_confirmation(sheet, axe, letter_of, mode):
    look(sheet, axe, letter_of("confirmation", mode=mode, language="es"), f"confirmation-{mode}-es")
