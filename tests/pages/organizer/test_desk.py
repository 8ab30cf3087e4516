"""What holds in every room of the desk."""

import pytest
from sqlalchemy.exc import OperationalError

from tests.desk import queries_for
from tests.pages.organizer.outbox import failed_message

pytestmark = pytest.mark.sqlite_is_enough


@pytest.mark.parametrize(
    "address", ["forum-1999/", f"forum-2027/agenda/{10**30}", "forum-2027/places/telepathy"]
)
def test_what_does_not_exist_is_not_found(desk, address):
    desk.get(f"/organize/events/{address}", status=404)


def test_a_desk_without_its_database_says_come_back(desk, event, monkeypatch):
    def fail(*_given, **_named):
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setattr("forum.accounts.queries.sign_in_of", fail)

    page = desk.get("/organize/", status=503)

    assert page.response.headers["Retry-After"]


def test_no_page_of_the_desk_is_kept_by_the_browser(desk):
    assert desk.get("/organize/").response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/organize/", "/organize/events/", "/organize/outbox/"])
def test_the_other_lists_ask_the_database_no_more_either(make, desk, event, path):
    failed_message(make, make.registration(event, email=None))
    desk.get(path)
    one = queries_for(desk, path)
    for _ in range(2):
        failed_message(make, make.registration(make.event(), email=None))

    assert queries_for(desk, path) == one
