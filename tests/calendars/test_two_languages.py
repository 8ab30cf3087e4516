"""Calendars say what a date is about in the reader's language, to whom may be told."""

import pytest

from forum.calendars.entries import event_entry, session_entry
from forum.i18n import speaking

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
def house(make):
    from forum.events.queries import venue

    programme, place = make.programme(), venue()
    place.in_spanish = {"name": "Centro Harborlight"}
    return programme, place


@pytest.fixture
def event(make):
    return make.event(
        title="Spring Forum",
        quiet_title="Spring day",
        description="A day of talks.",
        in_spanish={
            "title": "Foro de primavera",
            "quiet_title": "Día de primavera",
            "description": "Un día de charlas.",
        },
    )


def test_a_spanish_reader_has_a_spanish_entry(make, house, event):
    eusebio = make.registration(event, language="es", is_discreet=False)
    with speaking("es"):
        entry = event_entry(event, *house, eusebio)

    assert entry.summary == "Foro de primavera"
    assert entry.location.startswith("Centro Harborlight, ")
    assert "Un día de charlas." in entry.description.split("\n")
    assert "Step-free from the garage and the street. (solo en inglés)" in entry.description


def test_a_discreet_reader_has_neither_title_nor_description(make, house, event):
    with speaking("es"):
        entry = event_entry(event, *house, make.registration(event, language="es"))

    assert entry.summary == "Día de primavera"
    assert "charlas" not in entry.description


def test_a_session_says_what_it_is_about_where_full_titles_are_asked_for(make, house, event):
    session = make.session(
        event,
        title="Bones",
        quiet_title="Session 1",
        description="Stairs and sleep.",
        in_spanish={"title": "Huesos", "quiet_title": "Sesión 1"},
    )
    with speaking("es"):
        full = session_entry(session, *house, is_full=True)
        neutral = session_entry(session, *house)

    assert full.summary == "Huesos"
    assert "Stairs and sleep. (solo en inglés)" in full.description.split("\n")
    assert neutral.summary == "Sesión 1 · Día de primavera"
    assert "Stairs" not in neutral.description


def test_feeds_are_in_the_language_that_was_asked_for(event, visitor):
    english, spanish = (
        visitor.client.get(f"/events/{event.slug}/calendar.ics?titles=full{lang}")
        for lang in ("", "&lang=es")
    )

    assert "X-WR-CALNAME:Spring Forum" in english.text
    assert "X-WR-CALNAME:Foro de primavera" in spanish.text
    assert english.headers["ETag"] != spanish.headers["ETag"]
