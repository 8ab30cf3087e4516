"""The history: who did what, to whom."""

import pytest

from tests.desk import EVENT, at, queries_for

pytestmark = pytest.mark.sqlite_is_enough


@pytest.mark.both_engines
def test_the_history_names_who_did_what(desk, event):
    desk.submit("/organize/events/forum-2027/edit", title="Other")

    text = desk.get("/organize/history/?action=event changed").text

    assert f"Event changed Event {event.id} Petra Sandboxer changed: title" in text


def test_the_history_leads_to_whom_it_was_done(make, desk, event):
    ada = make.registration(event)
    desk.submit(at(ada, "/mode"), mode="phone")
    desk.submit(f"{EVENT}/edit", title="Other")

    page = desk.get("/organize/history/")

    links = page.links()
    assert links[f"Registration {ada.id}"] == at(ada)
    assert links[f"Event {event.id}"] == f"{EVENT}/"
    assert "from: In person, to: By phone" in page.text


def test_a_longer_history_asks_the_database_no_more(make, desk, event):
    ada, boris = make.registration(event), make.registration(event)
    desk.submit(at(ada, "/mode"), mode="phone")
    desk.get("/organize/history/")
    one = queries_for(desk, "/organize/history/")

    desk.submit(at(boris, "/mode"), mode="phone")

    assert queries_for(desk, "/organize/history/") == one


@pytest.mark.parametrize("page", ["0", "-1", "x", str(10**30)])
def test_an_odd_page_number_is_no_fault(desk, page):
    assert desk.get(f"/organize/history/?page={page}").status == 200
