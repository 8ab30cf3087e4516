"""A form is kept without what is one visitor's own, and never shown stale."""

import pytest

from forum.db import db
from forum.web.kept_pages import MOST
from tests.registering import BOOKED, outcome, path

pytestmark = pytest.mark.sqlite_is_enough

OWN = ("csrf_token", "mark")


@pytest.fixture
def read(new_visitor):
    """Return a way to open a page as someone who has never been here."""
    return lambda address: new_visitor().get(address)


def test_everybody_gets_the_same_form_with_a_token_and_a_mark_of_her_own(make, read):
    event = make.event()
    pages = [read(path(event)) for _ in range(3)]
    bodies = [page.response.get_data(as_text=True) for page in pages]
    for name in OWN:
        own = [page.form()[name] for page in pages]
        assert len(set(own)) == len(pages)
        bodies = [body.replace(text, name) for body, text in zip(bodies, own, strict=True)]
    assert len(set(bodies)) == 1
    assert all(bodies[0].count(f'value="{name}"') == 1 for name in OWN)


def test_a_token_from_a_kept_form_is_taken_from_its_owner_only(make, new_visitor):
    event = make.event()
    ada, eve = new_visitor(), new_visitor()
    first, second = ada.get(path(event)).form(), eve.get(path(event)).form()
    hers = {"name": "Eve Q. Trialrun", "email": "eve@people.example", "mode": "in_person"}

    assert eve.post(path(event), {**second, **hers, "csrf_token": first["csrf_token"]}, status=400)
    assert outcome(eve.get(eve.post(path(event), {**second, **hers}))) == BOOKED


def test_a_kept_form_follows_the_event(make, read):
    event = make.event()
    assert "Another Title" not in read(path(event)).text
    event.title, event.revision = "Another Title", event.revision + 1
    db.session.commit()

    assert "Another Title" in read(path(event)).text


def test_each_language_and_choice_has_a_form_of_its_own(make, read):
    event = make.event()

    headings = [read(path(event) + query).heading for query in ("", "?lang=es", "")]

    assert headings[0] == headings[2] == "Register"
    assert headings[1] != headings[0]


def test_strangers_who_invent_addresses_do_not_fill_the_memory(app, make):
    event = make.event()
    client = app.test_client()
    for number in range(MOST + 10):
        assert client.get(f"{path(event)}?n={number}").status_code == 200

    assert len(app.extensions["forum_kept_pages"]) <= MOST
