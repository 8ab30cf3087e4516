"""Public pages say the programme in the visitor's language, and where it is there in one only."""

import json
from datetime import timedelta

import pytest

from forum.db import db
from forum.events.models import Venue
from tests.people import words

pytestmark = pytest.mark.sqlite_is_enough

NOTE = "(solo en inglés)"


@pytest.fixture
def forum(make):
    """A forum that has its words in both languages, and one session in English only."""
    forum = make.event(
        slug="forum-2027",
        title="Spring Forum",
        quiet_title="Spring day",
        description="A day of talks.",
        in_spanish={"title": "Foro de primavera", "description": "Un día de charlas."},
        details={
            "promises": {
                "captions": {"en": "Live in hall. From 2027-04-09", "es": "En vivo en hall"},
                "food": "Soft foods",
            }
        },
    )
    make.session(
        forum,
        key="s1",
        title="Bones",
        description="Stairs,\nbags, sleep.",
        in_spanish={"title": "Huesos", "description": "Escaleras, bolsas, sueño."},
        room=make.room(key="hall", name="Tide Hall", in_spanish={"name": "Sala Tide"}),
        track=make.track(name="Living", in_spanish={"name": "Vivir"}),
        speakers=(make.speaker(name="Dr. Noor", role="Nurse", in_spanish={"role": "Enfermera"}),),
    )
    make.session(forum, key="s2", title="Sleep", description="Nights.")
    venue = db.session.query(Venue).one()
    venue.in_spanish = {"name": "Centro Harborlight", "arrival": "Sin escalones."}
    db.session.commit()
    return forum


def test_a_spanish_reader_finds_the_whole_agenda_in_spanish(visitor, forum):
    page = visitor.get("/events/forum-2027/?lang=es")

    assert page.heading == "Foro de primavera"
    assert "Un día de charlas." in page.text
    assert "Vivir Huesos Dr. Noor Sala Tide" in page.text
    assert "En vivo en Sala Tide." in page.text
    assert "Bones" not in page.text


def test_a_spanish_reader_is_told_in_spanish_how_to_get_there(visitor, forum):
    page = visitor.get("/events/forum-2027/?lang=es")

    assert "Centro Harborlight, o en vivo" in page.text
    assert "Sin escalones." in page.text
    assert "Harborlight Conference" not in page.text


def test_what_is_there_in_english_only_says_so_and_is_marked(visitor, forum):
    page = visitor.get("/events/forum-2027/?lang=es")

    assert f"Sleep {NOTE}" in page.text
    assert f"Soft foods. {NOTE}" in page.text
    english = [words(each) for each in page.all("span") if each.get("lang") == "en"]
    assert english == ["Sleep", "Soft foods."]


def test_an_english_reader_is_told_nothing_of_languages(visitor, forum):
    page = visitor.get("/events/forum-2027/")

    assert page.heading == "Spring Forum"
    assert "Live in Tide Hall. From Friday, April 9, 2027." in page.text
    assert "only" not in page.text
    assert [each for each in page.all("span") if each.get("lang")] == []


def test_a_session_says_what_it_is_about_in_her_language(visitor, forum):
    english = visitor.get("/events/forum-2027/sessions/s1/")
    spanish = visitor.get("/events/forum-2027/sessions/s1/?lang=es")

    assert "Stairs, bags, sleep." in english.text
    assert "Escaleras, bolsas, sueño." in spanish.text
    assert "Dr. Noor, Enfermera" in spanish.text
    assert "Foro de primavera" in spanish.text
    assert f"Nights. {NOTE}" in visitor.get("/events/forum-2027/sessions/s2/?lang=es").text


def test_a_list_of_sessions_says_no_descriptions(visitor, forum):
    assert "Stairs" not in visitor.get("/events/forum-2027/").text


def test_search_engines_read_the_language_of_the_page(visitor, forum):
    def data(address):
        script = next(
            each
            for each in visitor.get(address).all("script")
            if each.get("type") == "application/ld+json"
        )
        return json.loads(script.text)

    english, spanish = data("/events/forum-2027/"), data("/events/forum-2027/?lang=es")
    assert (english["name"], english["description"]) == ("Spring Forum", "A day of talks.")
    assert (spanish["name"], spanish["description"]) == ("Foro de primavera", "Un día de charlas.")


def test_a_name_that_is_the_same_in_both_needs_no_note(visitor, forum):
    forum.sessions[1].in_spanish = {"title": "Sleep"}
    db.session.commit()

    assert f"Sleep {NOTE}" not in visitor.get("/events/forum-2027/?lang=es").text


def test_an_english_reader_is_told_that_a_title_is_in_spanish_only(make, visitor):
    make.event(slug="forum-2027", title="Foro", language="es")

    assert "Foro (in Spanish only)" in visitor.get("/events/").text


def test_no_webcast_of_45_minutes_is_said_to_take_an_hour(make, visitor):
    webcast = make.webcast(slug="webcast-2027-01")
    for row in (webcast, webcast.sessions[0]):
        row.ends_at = row.starts_at + timedelta(minutes=45)
    db.session.commit()

    assert "An hour" not in visitor.get("/events/webcast-2027-01/").text
    assert "Una hora" not in visitor.get("/events/webcast-2027-01/?lang=es").text
