"""A text that is there once or twice is told to each reader as she reads it."""

import pytest

from forum.events.models import Event, Room, Session
from forum.tongues import Both, Spoken, columns, missing, noted, say, spoken, text

BREAK = Both("Break", "Pausa")


def said(told: Spoken) -> tuple[str, str]:
    return str(told), told.language


@pytest.mark.parametrize(("language", "word"), [("en", "Break"), ("es", "Pausa")])
def test_everyone_is_told_the_text_of_her_language(language, word):
    as_json = {"en": "Break", "es": "Pausa"}

    assert said(spoken(BREAK, language)) == (word, language)
    assert said(spoken(as_json, language)) == (word, language)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_text_that_stands_alone_is_told_to_everyone_in_its_own_language(language):
    assert said(spoken("Break", language)) == ("Break", "en")
    assert said(spoken("Pausa", language, alone_in="es")) == ("Pausa", "es")


def test_a_title_that_stands_alone_is_in_the_language_of_its_session_and_a_room_in_english():
    session = Session(title="En español", language="es")

    assert said(say(session, "title", "en")) == ("En español", "es")
    assert said(say(Room(name="Tide"), "name", "es")) == ("Tide", "en")


def test_a_second_text_makes_the_first_the_english_one():
    session = Session(title="In Spanish", language="es", in_spanish={"title": "En español"})

    assert said(say(session, "title", "en")) == ("In Spanish", "en")
    assert said(say(session, "title", "es")) == ("En español", "es")


def test_columns_keep_what_a_file_says_and_give_it_back():
    event = Event(**columns({"title": BREAK, "quiet_title": "Tea"}))

    assert (event.title, event.quiet_title, event.in_spanish) == (
        "Break",
        "Tea",
        {"title": "Pausa"},
    )
    assert (text(event, "title"), text(event, "quiet_title")) == (BREAK, "Tea")
    assert columns({"title": "Tea"}) == {"title": "Tea", "in_spanish": None}


def test_without_a_first_text_there_is_no_second():
    assert text(Event(description="", in_spanish={"description": "Un día."}), "description") == ""


def test_what_is_not_in_the_readers_language_says_so_and_nothing_else_does():
    assert noted(Spoken("Pausa", "es")) == "Pausa (in Spanish only)"
    assert noted(Spoken("Break", "en")) == "Break"
    assert (noted("Break"), noted(Spoken("", "es"))) == ("Break", "")
    assert missing(Spoken("Pausa", "es").through(str.upper)) == "in Spanish only"
