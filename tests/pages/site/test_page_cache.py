"""Public pages are kept whole, shown to everybody, and never shown stale."""

import gzip
import threading
from datetime import UTC, datetime, timedelta

import brotli
import pytest
from flask import make_response, request
from sqlalchemy import select, update

from forum import clock
from forum.db import db, transaction
from forum.events.models import Event
from forum.web.page_cache import PageCache, cacheable

pytestmark = pytest.mark.sqlite_is_enough

MODIFIED = "Sun, 01 Nov 2026 12:00:00 GMT"


class Sign:
    """A public page that says an event's title, and how often it was made."""

    def __init__(self, app) -> None:
        self.made = 0
        self.until: datetime | None = None
        self.headers: dict[str, str] = {}
        self.status = 200
        self.meanwhile = lambda: None
        app.add_url_rule("/sign/<slug>", view_func=self.one, endpoint="sign.one")
        app.add_url_rule("/signs", view_func=self.every, endpoint="sign.every")

    def one(self, slug: str):
        self.made += 1
        title = db.session.scalar(select(Event.title).where(Event.slug == slug))
        self.meanwhile()
        page = make_response(f"<h1>{title}</h1>" * 50, self.status)
        page.headers["Last-Modified"] = MODIFIED
        page.headers.update(self.headers)
        return cacheable(page, event=slug, until=self.until)

    def every(self):
        self.made += 1
        titles = " ".join(db.session.scalars(select(Event.title).order_by(Event.id)))
        return cacheable(make_response(titles), event=None)


@pytest.fixture
def sign(app) -> Sign:
    return Sign(app)


@pytest.fixture
def event(make) -> Event:
    return make.event(slug="forum-2027", title="Before")


def rename(slug: str, title: str) -> None:
    """Edit as an organizer does: change it, and raise the revision in the same transaction."""
    with transaction():
        change = update(Event).where(Event.slug == slug)
        db.session.execute(change.values(title=title, revision=Event.revision + 1))


def heading(response) -> str:
    return response.text.split("</h1>")[0].removeprefix("<h1>")


@pytest.mark.both_engines
def test_a_page_is_made_once_for_everybody(app, sign, event):
    answers = [app.test_client().get("/sign/forum-2027").text for _ in range(3)]

    assert answers == ["<h1>Before</h1>" * 50] * 3
    assert sign.made == 1


@pytest.mark.both_engines
def test_an_edit_shows_at_once(app, sign, event):
    client = app.test_client()
    client.get("/sign/forum-2027")
    shown = []

    for number in range(20):
        rename("forum-2027", f"Title {number}")
        shown.append(heading(client.get("/sign/forum-2027")))

    assert shown == [f"Title {number}" for number in range(20)]


@pytest.mark.both_engines
def test_an_edit_that_overtakes_the_making_of_a_page_is_not_hidden_by_it(app, sign, event):
    def overtake() -> None:
        def edit() -> None:
            with app.app_context():
                rename("forum-2027", "After")

        db.session.rollback()
        editor = threading.Thread(target=edit)
        editor.start()
        editor.join()
        sign.meanwhile = lambda: None

    client = app.test_client()
    client.get("/signs")
    sign.meanwhile = overtake

    assert heading(client.get("/sign/forum-2027")) == "Before"
    assert heading(client.get("/sign/forum-2027")) == "After"


def test_an_edit_leaves_the_pages_of_other_events_in_memory(app, sign, event, make):
    make.event(slug="webcast-2026-12", title="Other")
    client = app.test_client()
    client.get("/sign/webcast-2026-12")
    client.get("/signs")
    sign.made = 0

    rename("forum-2027", "After")

    assert heading(client.get("/sign/webcast-2026-12")) == "Other"
    assert sign.made == 0
    assert client.get("/signs").text == "After Other"
    assert sign.made == 1


def test_what_is_no_edit_makes_no_new_page(app, sign, event, make):
    client = app.test_client()
    client.get("/sign/forum-2027")

    make.registration(event)
    client.get("/sign/forum-2027")

    assert sign.made == 1


def test_a_page_that_time_changes_is_made_anew_at_that_instant(app, sign, event, today):
    opens = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
    sign.until = opens
    client = app.test_client()

    today.move_to(opens - timedelta(seconds=1), tick=False)
    client.get("/sign/forum-2027")
    client.get("/sign/forum-2027")
    assert sign.made == 1

    today.move_to(opens, tick=False)
    client.get("/sign/forum-2027")
    assert sign.made == 2


def test_someone_with_our_cookie_gets_a_page_of_her_own(app, sign, event):
    strange, ours = app.test_client(), app.test_client()
    strange.set_cookie("prefs", "1")
    ours.set_cookie(app.config["SESSION_COOKIE_NAME"], "x")

    for client in (strange, ours, strange, ours):
        client.get("/sign/forum-2027")

    assert sign.made == 3


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Set-Cookie": "a=b"}, 200),
        ({"Vary": "Accept-Language"}, 200),
        ({"Content-Encoding": "deflate"}, 200),
        ({}, 404),
        ({}, 203),
    ],
)
def test_what_is_not_the_same_for_everybody_is_not_kept(app, sign, event, headers, status):
    sign.headers, sign.status = headers, status

    answers = [app.test_client().get("/sign/forum-2027") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [status, status]
    assert sign.made == 2
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-cache"}


def test_a_page_of_an_event_that_nobody_knows_is_not_kept(app, sign, event):
    for _ in range(2):
        app.test_client().get("/sign/no-such-event")

    assert sign.made == 2


def test_filters_have_pages_of_their_own_in_whatever_order_they_are_written(app, sign, event):
    client = app.test_client()

    for query in ("", "?mode=webcast&tz=UTC", "?tz=UTC&mode=webcast", "?tz=UTC", "?tz=UTC&tz=UTC"):
        client.get(f"/sign/forum-2027{query}")

    assert sign.made == 4


def test_a_field_that_comes_twice_is_the_first_for_cache_and_view(make, visitor):
    make.event()
    for first, second in (("es", "en"), ("en", "es")):
        page = visitor.get(f"/events/?lang={first}&lang={second}")

        assert page.one("html").get("lang") == first


def test_an_unknown_field_passes_the_cache_by(app, sign, event):
    client = app.test_client()

    for query in ("?page=2", "?page=2", "?tz=UTC&x=1", f"?tz={'a' * 200}", f"?tz={'a' * 200}"):
        client.get(f"/sign/forum-2027{query}")

    assert sign.made == 5


def test_a_form_that_is_sent_is_never_answered_from_memory(app, sign, event):
    app.add_url_rule("/sent", view_func=lambda: request.method, methods=["GET", "POST"])
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.get("/sent")

    assert client.post("/sent").text == "POST"


def test_strangers_cannot_fill_the_memory(app, sign, event):
    app.wsgi_app = PageCache(
        app.wsgi_app._application,
        app.wsgi_app._revisions,
        cookie="s",
        count=dict.fromkeys(("hit", "unchanged", "made"), lambda: None),
        room=50_000,
    )
    client = app.test_client()
    for number in range(200):
        client.get("/sign/forum-2027")
        client.get(f"/sign/forum-2027?topic={number}")

    assert app.wsgi_app._size <= 50_000
    assert app.wsgi_app._size == sum(page.size for page in app.wsgi_app._pages.values())
    assert sign.made == 201, "the page that is asked for stays, the rest make room"


def test_each_coding_is_the_same_page_under_a_tag_of_its_own(app, sign, event):
    client = app.test_client()
    whole = ("<h1>Before</h1>" * 50).encode()
    plain, zipped, brotlied = (
        client.get("/sign/forum-2027", headers={"Accept-Encoding": accepted})
        for accepted in ("identity", "gzip, br;q=0", "gzip, deflate, br")
    )

    assert plain.data == gzip.decompress(zipped.data) == brotli.decompress(brotlied.data) == whole
    assert [each.headers.get("Content-Encoding") for each in (plain, zipped, brotlied)] == [
        None,
        "gzip",
        "br",
    ]
    assert len({each.headers["ETag"] for each in (plain, zipped, brotlied)}) == 3
    assert {each.headers["Vary"] for each in (plain, zipped, brotlied)} == {"Accept-Encoding"}
    assert sign.made == 1


def test_a_kept_page_says_how_long_it_is_good(app, sign, event):
    response = app.test_client().get("/sign/forum-2027")

    assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert response.headers["Last-Modified"] == MODIFIED
    assert not response.headers["ETag"].startswith("W/")


def test_who_has_the_page_is_told_so(app, sign, event):
    client = app.test_client()
    tag = client.get("/sign/forum-2027").headers["ETag"]

    def status(**headers: str) -> int:
        names = {name.replace("_", "-"): text for name, text in headers.items()}
        return client.get("/sign/forum-2027", headers=names).status_code

    assert status(If_None_Match=tag) == 304
    assert status(If_None_Match=f'W/{tag}, "other"') == 304
    assert status(If_None_Match="*") == 304
    assert status(If_None_Match='"other"') == 200
    assert status(If_None_Match=tag, Accept_Encoding="br") == 200, "another coding, another tag"
    assert status(If_Modified_Since=MODIFIED) == 304
    assert status(If_Modified_Since="Sun, 01 Nov 2026 11:59:59 GMT") == 200
    assert status(If_Modified_Since="yesterday") == 200
    assert status(If_None_Match='"other"', If_Modified_Since=MODIFIED) == 200, "the tag decides"


def test_a_304_brings_no_content_and_says_what_a_cache_needs(app, sign, event):
    client = app.test_client()
    first = client.get("/sign/forum-2027")

    again = client.get("/sign/forum-2027", headers={"If-None-Match": first.headers["ETag"]})

    assert again.data == b""
    for name in ("ETag", "Cache-Control", "Vary", "Last-Modified", "Content-Security-Policy"):
        assert again.headers[name] == first.headers[name]
    assert "Content-Encoding" not in again.headers


@pytest.mark.parametrize("first", ["HEAD", "GET"])
def test_head_tells_what_get_would_and_brings_nothing(app, sign, event, first):
    client = app.test_client()
    client.open("/sign/forum-2027", method=first)

    head, get = client.head("/sign/forum-2027"), client.get("/sign/forum-2027")

    assert head.data == b""
    assert dict(head.headers) == dict(get.headers)
    assert sign.made == 1


def test_head_of_a_page_that_is_not_kept_brings_nothing_either(app, make):
    app.add_url_rule("/private", view_func=lambda: "mine")

    response = app.test_client().head("/private")

    assert (response.status_code, response.data) == (200, b"")


def test_kept_pages_carry_the_security_headers(app, sign, event):
    client = app.test_client()

    made, kept = client.get("/sign/forum-2027"), client.get("/sign/forum-2027")

    assert dict(made.headers) == dict(kept.headers)
    assert kept.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_clock_is_only_asked_by_pages_that_time_changes(app, sign, event, monkeypatch):
    client = app.test_client()
    client.get("/sign/forum-2027")
    monkeypatch.setattr(clock, "now", lambda: pytest.fail("asked the clock"))

    assert client.get("/sign/forum-2027").status_code == 200
