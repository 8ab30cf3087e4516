"""The privacy page says what the code does, short first, and then all of it."""

import pytest

from forum.privacy import rules
from forum.privacy.columns import PURPOSES
from forum.privacy.consents import TEXTS
from tests.people import words

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
def page(visitor, make):
    make.programme()
    return visitor.get("/privacy")


def test_the_page_begins_with_what_a_tired_person_needs(page):
    headings = [words(heading) for heading in page.all("h2")]

    assert page.heading == "Privacy"
    assert headings[:2] == ["In short", "What you can do"]
    assert "You do not have to say that you live with the disease." in page.text


def test_everything_that_is_kept_stands_on_the_page(page, app):
    for purpose in PURPOSES:
        assert str(purpose.title) in page.text
        for kept in purpose.kept:
            for said in (kept.what, kept.why, kept.basis, kept.until):
                assert str(said) in page.text


def test_the_times_on_the_page_are_those_of_the_purge(visitor, make, monkeypatch):
    make.programme()
    monkeypatch.setattr(rules, "ANSWERS", rules.UNINVITED)

    assert (
        "We delete them 90 days after the event. We delete all else" in visitor.get("/privacy").text
    )


def test_the_words_that_people_agree_to_can_be_read_beforehand(page):
    for texts in TEXTS.values():
        assert str(texts[0].words) in page.text


def test_whoever_would_rather_talk_finds_the_number(page):
    assert "617-555-0142" in page.text


def test_the_page_is_kept_whole_and_is_the_same_for_everybody(page, visitor):
    body = page.response.get_data(as_text=True)

    assert "csrf" not in body
    assert "Set-Cookie" not in page.response.headers
    assert visitor.get("/privacy").response.headers["ETag"] == page.response.headers["ETag"]
