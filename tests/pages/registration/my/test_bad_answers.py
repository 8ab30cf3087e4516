"""Whatever is sent to a personal page: a page that says something, and nobody else is touched."""

import pytest
from sqlalchemy import select

from forum import links
from forum.db import db
from forum.events.models import Mode
from forum.registration.models import Registration, Status
from tests.markup import parse, parse_strictly
from tests.people import XHTML, Page, review

pytestmark = pytest.mark.sqlite_is_enough

NONSENSE = {
    "nothing": "",
    "ten kilobytes of flowers": "🌷" * 2560,
    "a number below zero": "-1",
    "a huge number": "9" * 40,
    "a day that is over": "1999-01-01",
    "a command": "'; DROP TABLE registration; --",
    "another direction": "\u202egnihtyna",
}
BUTTONS = {"csrf_token", "mark"}


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"limits": False}


@pytest.fixture
def world(make):
    """Make Ada, who waits beside her place, her companion, and a stranger to both."""
    event = make.event(capacity=1)
    make.session(event, key="circle", capacity=3)
    elsewhere = make.session(make.event(), key="elsewhere", capacity=3)
    stranger = make.registration(event, name="Eve", email="eve@people.example")
    ada = make.registration(
        event, name="Ada", mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON, email="ada@people.example"
    )
    boris = make.registration(event, name="Boris", mode=Mode.WEBCAST, companion_of=ada)
    return {"ada": ada, "boris": boris, "stranger": stranger, "elsewhere": elsewhere}


def rules_to_post(app) -> list:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("registration.")
        and "POST" in rule.methods
        and "token" in rule.arguments
    ]


def address(app, rule, world, token: str) -> str:
    values = {
        "token": token,
        "public_id": world["boris"].public_id,
        "key": "circle",
        "part": "help",
    }
    with app.test_request_context():
        wanted = {name: values[name] for name in rule.arguments}
        return app.url_map.bind("localhost").build(rule.endpoint, wanted)


def names_on(visitor, path: str) -> list[str]:
    """Return the names of the fields of the page at this address, if it has one."""
    answer = visitor.client.get(path, follow_redirects=True)
    if answer.status_code != 200 or not answer.content_type.startswith("text/html"):
        return []
    tree = parse(answer.text)
    fields = [each for kind in ("input", "textarea", "select") for each in tree.iter(XHTML + kind)]
    return sorted({each.get("name") for each in fields if each.get("name")} - BUTTONS)


def of_stranger(world) -> tuple:
    db.session.rollback()
    table = Registration.__table__
    return tuple(db.session.execute(select(table).where(table.c.id == world["stranger"].id)).one())


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_on_any_personal_page_is_answered_by_a_page(app, visitor, world, nonsense):
    token = links.my_token(world["ada"])
    csrf = visitor.get("/find").form()["csrf_token"]
    before = of_stranger(world)

    for rule in rules_to_post(app):
        path = address(app, rule, world, token)
        sent = dict.fromkeys(names_on(visitor, path), nonsense)
        answer = visitor.client.post(path, data={**sent, "to": nonsense, "csrf_token": csrf})
        assert answer.status_code in {200, 303, 400, 404, 409, 413, 422}, (path, answer.status)
        if answer.status_code != 303:
            review(Page(answer, parse_strictly(answer.text)), answer.text)

    assert of_stranger(world) == before


def test_no_personal_page_takes_anything_without_its_form_token(app, visitor, world):
    """Except a mail program's one click (RFC 8058), which opens with a token of its own."""
    token = links.my_token(world["ada"])
    for rule in rules_to_post(app):
        if rule.endpoint != "registration.unsubscribed":
            path = address(app, rule, world, token)
            assert visitor.client.post(path, data={"to": "phone"}).status_code == 400, path

    db.session.rollback()
    ada = db.session.get(Registration, world["ada"].id)
    assert (ada.status, ada.mode, ada.version) == (Status.CONFIRMED, Mode.WEBCAST, 1)


@pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: "x", lambda t: f"x{t}"])
def test_a_link_that_we_did_not_make_opens_nothing(app, visitor, world, spoil):
    token = spoil(links.my_token(world["ada"]))
    csrf = visitor.get("/find").form()["csrf_token"]

    for rule in rules_to_post(app):
        path = address(app, rule, world, token)
        answer = visitor.client.post(path, data={"csrf_token": csrf, "to": "phone"})
        assert answer.status_code == 404, path


def test_a_companions_quiet_time_is_not_a_strangers_to_set(app, visitor, world):
    token = links.my_token(world["ada"])
    public_id = world["stranger"].public_id
    csrf = visitor.get("/find").form()["csrf_token"]
    before = of_stranger(world)

    for more in ("pause", "pause/end"):
        path = f"/my/{token}/companions/{public_id}/{more}"
        sent = {"csrf_token": csrf, "how_long": "7"}
        assert visitor.client.post(path, data=sent).status_code == 404

    assert of_stranger(world) == before


def test_the_session_of_another_event_cannot_be_chosen_later_either(make, visitor, world):
    event = make.event()
    make.session(event, capacity=3)
    ada = make.registration(event)
    path = f"/my/{links.my_token(ada)}/sessions/"
    form = visitor.get(path).form()

    page = visitor.post(path, {**form, "sessions": [str(world["elsewhere"].id)]}, status=422)

    assert page.heading
    db.session.rollback()
    assert list(db.session.get(Registration, ada.id).session_places) == []
