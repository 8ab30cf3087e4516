"""Her own pages speak the language that she has chosen, unless their address names the other."""

import pytest

from tests.my import my
from tests.stored import look_again

pytestmark = pytest.mark.sqlite_is_enough


def language_of(page) -> str:
    return page.tree.get("lang")


def details_of(page) -> str:
    return next(href for href in page.links().values() if "/details" in href)


@pytest.fixture
def rosa(make):
    """Make someone who reads Spanish."""
    return make.registration(make.event(), language="es")


@pytest.mark.parametrize("more", ["", "details", "details/mail", "day", "mode", "reminders"])
def test_a_link_that_names_no_language_speaks_hers(visitor, rosa, more):
    page = visitor.get(my(rosa, more))

    assert language_of(page) == "es"
    own = [href for href in page.links().values() if "/my/" in href]
    assert [href for href in own if "lang=es" in href] == []
    assert page.links()["Privacidad"] == "/privacy?lang=es"


def test_she_can_read_in_the_other_language_and_the_way_goes_on_in_it(visitor, rosa):
    page = visitor.get(my(rosa))
    switch = page.links()["English"]
    assert switch == f"{my(rosa)}?lang=en"

    english = visitor.get(switch)

    assert language_of(english) == "en"
    assert english.links()["Español"] == my(rosa)
    assert english.links()["Privacy"] == "/privacy"
    assert language_of(visitor.get(details_of(english))) == "en"


def test_who_reads_english_reads_spanish_where_the_address_says_so(visitor, make):
    ada = make.registration(make.event())

    page = visitor.get(my(ada, "?lang=es"))

    assert (language_of(page), page.links()["English"]) == ("es", my(ada))
    assert language_of(visitor.get(details_of(page))) == "es"


def test_a_language_that_she_chooses_anew_is_spoken_at_once(visitor, rosa):
    address = visitor.submit(my(rosa, "details/mail?lang=es"), language="en")

    look_again()
    assert rosa.language == "en"
    assert language_of(visitor.get(address)) == "en"


def test_a_refused_form_and_what_was_done_are_said_in_her_language(visitor, rosa):
    done = visitor.get(visitor.submit(my(rosa, "reminders"), reminders="off"))

    assert "No recibirá más recordatorios." in done.text
