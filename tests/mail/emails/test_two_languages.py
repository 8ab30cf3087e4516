"""Mails say the programme in their reader's language, subjects too."""

import pytest

from forum.db import db
from forum.events.models import Venue

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
def event(event):
    event.in_spanish = {"quiet_title": "Día de primavera", "title": "Foro de primavera"}
    db.session.query(Venue).one().in_spanish = {"arrival": "Sin escalones."}
    db.session.commit()
    return event


def test_a_spanish_reader_gets_a_spanish_subject_and_place(letter_of, event):
    letter = letter_of("confirmation", language="es")

    assert letter.subject.endswith(": Día de primavera")
    assert "Sin escalones." in letter.text
    assert "solo en inglés" not in letter.text


def test_an_english_reader_gets_the_english_one(letter_of, event):
    letter = letter_of("confirmation")

    assert letter.subject.endswith(": Lantern spring day")
    assert "Step-free" in letter.text


def test_a_mail_says_beside_a_title_that_it_is_in_english_only(letter_of, event):
    event.in_spanish = None
    letter = letter_of("confirmation", language="es")

    assert letter.subject.endswith(": Lantern spring day")
    assert "Lantern spring day (solo en inglés)" in letter.text
    assert "Lantern spring day (solo en inglés)" in letter.html


def test_a_session_is_named_in_her_language(letter_of, event):
    letter = letter_of("session_place", language="es", is_discreet=False)
    title = "Bones: pain, strength and radiation"

    assert f"{title} (solo en inglés)" in letter.text
