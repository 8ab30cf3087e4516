"""The desk is closed by default, and opening a page changes nothing."""

import pytest
from sqlalchemy import select

from forum.accounts.guard import needed_role
from forum.accounts.models import OrganizerRole
from forum.db import Record, db
from forum.links import dead_token, feed_token, my_token, token
from tests.desk import OrganizerAtDesk, new_link
from tests.rush import writing_all_the_while

PUBLIC = {
    "static",
    "accounts.sign_in",
    "accounts.link_sent",
    "accounts.open_link",
    "accounts.ask_passkey",
    "accounts.sign_in_by_passkey",
}
"""What a stranger may open under /organize/, and the files of every page."""
PUBLIC_PACKAGES = {"events", "registration", "calendars", "operations", "incoming"}
"""Whose pages are for everyone, or open by a personal token."""


A_VIEWERS_OWN = {
    "accounts.confirm",
    "accounts.ask_to_confirm",
    "accounts.choose_language",
    "accounts.sign_out",
    "organizer.remove_passkey",
    "organizer.new_passkey",
    "organizer.ask_new_passkey",
    "organizer.end_sign_in",
    "organizer.sign_out_everywhere",
}
"""What whoever may only look changes: their own signing in."""


@pytest.fixture
def world(make):
    """Make one of everything that an address may name."""
    event = make.event()
    session = make.session(event)
    person = make.registration(event)
    organizer = make.organizer(role=OrganizerRole.OWNER)
    return {
        "slug": event.slug,
        "key": session.key,
        "session_id": session.id,
        "mode": "in_person",
        "public_id": person.public_id,
        "passkey_id": 1,
        "sign_in_id": 1,
        "message_id": 1,
        "organizer_id": organizer.id,
        "filename": "css/site.css",
        "person": person,
        "organizer": organizer,
    }


def address(app, rule, world):
    """Return a path of this rule to something that exists."""
    values = {name: world.get(name, "1") for name in rule.arguments}
    if "token" in rule.arguments:
        purpose = rule.endpoint.partition(".")[0]
        person = world["person"]
        values["token"] = (
            world.get("token")
            or {
                "accounts": lambda: new_link(world["organizer"]).rpartition("/")[2],
                "calendars": lambda: feed_token(person),
            }.get(purpose, lambda: my_token(person))()
        )
        if "unsubscribe" in rule.rule and "token" not in world:
            values["token"] = token("unsubscribe", person.public_id, person.link_version)
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values)


def test_every_route_is_public_and_listed_or_closed_to_strangers(app, world, visitor):
    for rule in app.url_map.iter_rules():
        package = rule.endpoint.partition(".")[0]
        if rule.endpoint in PUBLIC or package in PUBLIC_PACKAGES:
            assert not rule.rule.startswith("/organize") or rule.endpoint in PUBLIC, rule
            continue
        app.config["WTF_CSRF_ENABLED"] = False
        for method in rule.methods - {"OPTIONS"}:
            answer = visitor.client.open(address(app, rule, world), method=method)
            assert answer.status_code in {302, 303}, (rule, method, answer.status_code)
            assert answer.location.startswith("/organize/sign-in"), (rule, method)


def test_every_room_of_the_desk_says_which_role_it_needs(app):
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/organize") and rule.endpoint not in PUBLIC:
            view = app.view_functions[rule.endpoint]
            assert hasattr(view, "needed_role"), f"{rule.endpoint} lacks @needs"


def test_a_viewer_opens_only_what_says_viewer(app, make, world):
    viewer = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.VIEWER))
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/organize") or "GET" not in rule.methods:
            continue
        role = needed_role(app.view_functions[rule.endpoint])
        if rule.endpoint not in PUBLIC and role != OrganizerRole.VIEWER:
            status = viewer.client.get(address(app, rule, world)).status_code
            assert status == 403, (rule, status)


def test_whoever_may_only_look_changes_nothing_but_their_own_signing_in(app):
    changing = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/organize")
        and "POST" in rule.methods
        and rule.endpoint not in PUBLIC
        and needed_role(app.view_functions[rule.endpoint]) == OrganizerRole.VIEWER
    }

    assert changing == A_VIEWERS_OWN


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_viewer_changes_nothing_that_is_not_a_viewers(app, make, world, method):
    viewer = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.VIEWER))
    app.config["WTF_CSRF_ENABLED"] = False
    before = contents()

    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/organize") or rule.endpoint in PUBLIC:
            continue
        if needed_role(app.view_functions[rule.endpoint]) != OrganizerRole.VIEWER:
            status = viewer.client.open(address(app, rule, world), method=method).status_code
            assert status in ({403} if method in rule.methods else {405, 403}), (rule, status)

    assert contents() == before


def test_without_a_form_token_nothing_is_changed(app, world):
    """Only a mail program's one click (RFC 8058) and providers, who sign, need none."""
    owner = OrganizerAtDesk(app, world["organizer"])
    paths = [
        address(app, rule, world)
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods
        and rule.endpoint != "registration.unsubscribed"
        and not rule.endpoint.startswith("incoming.")
    ]
    before = contents()

    for path in paths:
        for form_token in ({}, {"csrf_token": "forged"}):
            status = owner.client.post(path, data=form_token).status_code
            assert status == 400, (path, status)

    assert contents() == before


def test_a_token_for_one_purpose_opens_no_other_door(app, make, world, visitor):
    app.config["WTF_CSRF_ENABLED"] = False
    person = world["person"]
    link = new_link(world["organizer"]).rpartition("/")[2]
    tokens = [
        ("registration", my_token(person)),
        ("calendars", feed_token(person)),
        ("unsubscribe", token("unsubscribe", person.public_id, person.link_version)),
        ("unsubscribe", token("uninvite", person.public_id, person.link_version)),
        ("none", dead_token()),
        ("accounts", link),
        ("none", token("other", person.public_id, person.link_version)),
        ("none", forged(my_token(person))),
        ("none", token("my", person.public_id, person.link_version + 1)),
    ]
    before = contents()

    for rule in app.url_map.iter_rules():
        if "token" not in rule.arguments:
            continue
        purpose = rule.endpoint.partition(".")[0]
        purpose = "unsubscribe" if "unsubscribe" in rule.rule else purpose
        for made_for, text in tokens:
            if made_for == purpose:
                continue
            for method in rule.methods - {"OPTIONS"}:
                path = address(app, rule, world | {"token": text})
                status = visitor.client.open(path, method=method).status_code
                assert status == 404, (rule, method, made_for, status)

    assert contents() == before


def test_a_number_that_no_database_holds_is_nothing_we_have(app, world):
    owner = OrganizerAtDesk(app, world["organizer"])
    rules = [rule for rule in app.url_map.iter_rules() if "<number:" in rule.rule]
    assert rules
    for rule in rules:
        if "GET" in rule.methods:
            numbers = [
                name for name in rule.arguments if name.endswith("_id") and name != "public_id"
            ]
            path = address(app, rule, world | dict.fromkeys(numbers, 2**31 - 1))
            for number in (2**31, 2**63):
                answer = owner.client.get(path.replace(str(2**31 - 1), str(number)))
                assert answer.status_code == 404, (rule, number)


def test_no_answer_repeats_the_host_that_was_asked_for(app, world):
    owner = OrganizerAtDesk(app, world["organizer"])
    tricks = {"X-Forwarded-Host": "trick.example", "Forwarded": "host=trick.example"}
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods:
            continue
        path = address(app, rule, world)
        for asked in {path, path.rstrip("/") or "/", f"/{path}"}:
            with owner.client.get(asked, base_url="http://trick.example", headers=tricks) as answer:
                assert "trick.example" not in answer.headers.get("Location", ""), asked
                assert b"trick.example" not in answer.data, asked


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_any_page_changes_nothing_in_the_database(app, world, method):
    owner = OrganizerAtDesk(app, world["organizer"])
    paths = [
        address(app, rule, world) for rule in app.url_map.iter_rules() if "GET" in rule.methods
    ]
    before = contents()

    for path in paths:
        with owner.client.open(path, method=method) as answer:
            assert answer.status_code < 500, (path, answer.status_code)

    assert contents() == before


def test_opening_any_page_waits_for_nobody_who_writes(app, world):
    """A page that took the writer's turn, or a lock, would be busy while another has them."""
    owner = OrganizerAtDesk(app, world["organizer"])
    paths = [
        address(app, rule, world) for rule in app.url_map.iter_rules() if "GET" in rule.methods
    ]

    with writing_all_the_while(app):
        for path in paths:
            with owner.client.get(path) as answer:
                assert answer.status_code < 500, (path, answer.status_code)


def forged(text):
    """Return a token with another first character in its signature.

    The last one would not do: it has two bits that say nothing, and a token that ends
    with another of the four is the same token.
    """
    said, _, signature = text.rpartition(".")
    return f"{said}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


def contents():
    """Return every row of every table."""
    db.session.rollback()
    tables = Record.metadata.sorted_tables
    rows = {
        table.name: db.session.execute(select(table).order_by(table.c.id)).all() for table in tables
    }
    assert rows["organizer"]
    db.session.rollback()
    return rows
