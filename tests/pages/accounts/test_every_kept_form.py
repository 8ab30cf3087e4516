"""Every form of the desk and of attendees that could not be taken comes back as it was typed.

Forms are found by the addresses of all pages: a new one is tried by itself.
"""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from flask import Flask, url_for

from forum import clock, links
from forum.accounts import kept_actions
from forum.accounts.keeping import KEY, OURS
from forum.accounts.models import Organizer
from forum.db import transaction
from forum.events.models import Mode
from forum.registration.details import Part
from forum.registration.models import Status
from tests.desk import OrganizerAtDesk, desk_form
from tests.pages.organizer.whole_desk import WholeDesk
from tests.people import FIELDS, XHTML, Page, Visitor, form_values

pytestmark = pytest.mark.sqlite_is_enough

TYPED = {
    "date": "2027-02-03",
    "datetime-local": "2027-02-03T10:30",
    "email": "typed@people.example",
    "number": "7",
    "time": "10:35",
}
"""What is typed into a field of this type; "Typed" into others."""
BOXES = {"checkbox", "radio"}
SAID = "This is what you had written"


def own_forms(page: Page) -> list[ET.Element]:
    """Return the forms that are sent to the page's own address."""
    here = page.response.request.path
    forms = [form for form in page.one("main").iter(XHTML + "form") if form.get("method") == "post"]
    return [each for each in forms if (each.get("action") or here).partition("?")[0] == here]


def fields(form: ET.Element) -> list[tuple[ET.Element, str]]:
    """Return what a person fills in, with its kind."""
    kinds = [(each, each.tag.removeprefix(XHTML)) for each in form.iter() if each.get("name")]
    return [
        (field, field.get("type", "text") if tag == "input" else tag)
        for field, tag in kinds
        if tag in FIELDS
        and field.get("type") not in {"hidden", "submit"}
        and field.get("name") not in OURS
    ]


def filled_in(form: ET.Element, *, in_words_alone: bool) -> dict[str, str | list[str]]:
    """Return a form's answers, each other than it was; what is chosen stays if in words alone."""
    values = form_values(form)
    for field, kind in fields(form):
        name, value = field.get("name"), field.get("value", "on")
        if kind not in BOXES | {"select"}:
            values[name] = TYPED.get(kind, "Typed")
        elif in_words_alone:
            continue
        elif kind == "select":
            offered = [each.get("value") for each in field.iter(XHTML + "option")]
            values[name] = next((each for each in offered if each != values[name]), values[name])
        elif kind == "checkbox":
            ticked = values.setdefault(name, [])
            (ticked.append if field.get("checked") is None else ticked.remove)(value)
        elif field.get("checked") is None:
            values[name] = value
    return values


def shown(form: ET.Element, values: dict[str, object]) -> dict[str, object]:
    """Return what of a form's values its fields show."""
    names = {field.get("name") for field, _kind in fields(form)}
    return {name: value for name, value in values.items() if name in names and value}


def keep(visitor: Visitor, path: str, values: dict[str, object], owner: Organizer | None) -> None:
    """Keep a form for this browser, as one that could not be taken."""
    pairs = [
        (name, each)
        for name, value in values.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    with transaction():
        kept_actions.keep_form(path, pairs, key=path, organizer=owner, client=path, now=clock.now())
    with visitor.client.session_transaction() as cookie:
        cookie[KEY] = path


def lost(visitor: Visitor, path: str, owner: Organizer | None) -> list[object]:
    """Return what of a page's forms does not come back, and what is there instead."""
    answer = visitor.client.get(path)
    if not (answer.status_code == 200 and answer.mimetype == "text/html"):
        return []
    found = []
    for number, form in enumerate(own_forms(visitor.get(path))):
        for in_words_alone in (False, True):
            typed = filled_in(form, in_words_alone=in_words_alone)
            wanted = shown(form, typed)
            if not wanted:
                continue
            keep(visitor, path, typed, owner)
            page = visitor.get(path)
            again = shown(own_forms(page)[number], form_values(own_forms(page)[number]))
            if in_words_alone:  # what she typed may say what she chose
                again = {name: again.get(name) for name in wanted}
            if (again, SAID in page.text) != (wanted, True):
                found.append((path, wanted, again))
            with transaction():
                kept_actions.forget_form(path)
    return found


def personal_pages(app: Flask, values: list[dict[str, str]]) -> list[str]:
    """Return the address of every page with which an attendee registers, or that is hers."""
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("registration.")
        and "GET" in rule.methods
        and rule.arguments <= values[0].keys()
    ]
    with app.test_request_context():
        return sorted(
            {
                url_for(rule.endpoint, **{name: each[name] for name in rule.arguments})
                for rule in rules
                for each in values
            }
        )


def test_every_form_of_the_desk_comes_back_as_it_was_typed(app, make):
    event, petra = make.event(title="Spring Forum", slug="forum-2027"), make.organizer()
    desk = OrganizerAtDesk(app, petra)
    whole = WholeDesk(make, event, petra)
    whole.fill()

    assert [what for path in whole.pages(app) for what in lost(desk, path, petra)] == []


def test_every_form_of_an_attendee_comes_back_as_it_was_typed(app, make, visitor):
    event = make.event()
    item = make.session(event, capacity=5)
    ada = make.registration(event, name="Ada")
    jasper = make.registration(event, name="Jasper", companion_of=ada)
    wim = make.registration(event, name="Wim", status=Status.WAITLISTED)
    make.offer(wim, ends_at=clock.now() + timedelta(days=2))
    online = {"mode": Mode.WEBCAST, "waits_for": Mode.IN_PERSON}
    kestrel = make.registration(event, name="Kestrel", **online)
    named = {"slug": event.slug, "key": item.key, "public_id": jasper.public_id}
    people = [{**named, "token": links.my_token(each)} for each in (ada, kestrel, wim)]
    pages = personal_pages(app, [{**each, "part": part.value} for each in people for part in Part])

    assert [what for path in pages for what in lost(visitor, path, None)] == []


def test_what_she_had_folded_out_is_open_and_her_zone_is_not_guessed_again(make, visitor):
    address = f"/events/{make.event().slug}/register"
    typed = {"timezone": "America/Phoenix", "needs": "A wheelchair"}
    keep(visitor, address, {**visitor.get(address).form(), **typed}, None)

    page = visitor.get(address)

    assert [each.get("open") for each in page.one("main").iter(XHTML + "details")][:1] == [""]
    guessing = [each for each in page.all("select") if each.get("data-guess-zone")]
    assert (page.form()["timezone"], guessing) == ("America/Phoenix", [])


def test_whom_she_was_looking_for_comes_back_instead_of_whom_she_had_found(app, make):
    make.event(slug="forum-2027")
    petra = make.organizer()
    desk = OrganizerAtDesk(app, petra)
    found = desk.submit("/organize/search", words="Ada")
    keep(desk, "/organize/search", {"words": "Greta"}, petra)

    assert desk_form(desk.get(found))["words"] == "Greta"
