"""The desk takes a second text in Spanish beside the first, and a description in both."""

import pytest

from tests.desk import desk_form
from tests.stored import fresh

EVENT = "/organize/events/forum-2027/edit"


def spanish(row):
    stored = fresh(row)
    return stored.description, stored.in_spanish


def test_a_title_in_spanish_is_kept_and_shown_to_who_reads_spanish(desk, visitor, event):
    desk.submit(EVENT, title_es="  Foro de\tprimavera ", description="A day.\r\n\r\nOf talks.")

    assert spanish(event) == ("A day.\n\nOf talks.", {"title": "Foro de primavera"})
    assert visitor.get("/events/forum-2027/?lang=es").heading == "Foro de primavera"
    assert desk_form(desk.get(EVENT))["title_es"] == "Foro de primavera"


def test_it_is_taken_away_again_by_emptying_its_field(desk, event):
    desk.submit(EVENT, title_es="Foro", quiet_title_es="Día")
    desk.submit(EVENT, title_es="")

    assert spanish(event) == ("", {"quiet_title": "Día"})
    desk.submit(EVENT, quiet_title_es="")
    assert spanish(event) == ("", None)


def test_a_description_in_spanish_needs_one_in_english(desk, event):
    page = desk.submit(EVENT, description_es="Un día.", status=422)

    assert page.errors() == ["Enter the text in English, too"]
    assert desk_form(page)["description_es"] == "Un día."
    assert spanish(event) == ("", None)


@pytest.mark.parametrize("field", ["title_es", "quiet_title_es"])
def test_a_second_title_is_no_longer_than_a_first(desk, event, field):
    page = desk.submit(EVENT, **{field: "x" * 201}, status=422)

    assert page.errors() == ["Use 200 characters or fewer"]


def test_a_session_and_its_webcast_have_the_same_words(make, desk):
    webcast = make.webcast(room=make.room())
    session = webcast.sessions[0]
    address = f"/organize/events/{webcast.slug}/agenda/{session.id}"

    desk.submit(address, title_es="Noticias", description="News.", description_es="Lo nuevo.")

    told = ("News.", {"title": "Noticias", "description": "Lo nuevo."})
    assert (spanish(session), spanish(webcast)) == (told, told)
    desk.submit(f"/organize/events/{webcast.slug}/edit", title_es="Novedades")
    assert fresh(session).in_spanish["title"] == "Novedades"


def test_the_second_editor_sees_the_spanish_of_the_first(desk, event):
    before = desk_form(desk.get(EVENT))
    desk.submit(EVENT, title_es="Foro de Petra")

    page = desk.post(EVENT, {**before, "title_es": "Foro de ella"}, status=409)

    assert "Foro de Petra" in page.text
    assert desk_form(page)["title_es"] == "Foro de ella"
