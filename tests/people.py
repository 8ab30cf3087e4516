"""Who visits in tests. Each reviews every page she is given, as a strict stranger would."""

import re
from dataclasses import dataclass
from html import unescape
from xml.etree import ElementTree as ET

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.markup import XHTML, parse_strictly

FIELDS = {"input", "select", "textarea"}
UNLABELLED = {"hidden", "submit", "button", "image"}
SENTENCES = {"p", "dt", "dd", "h1", "h2", "h3", "legend", "label"}
DOUBLED = re.compile(r"(?<![\w-])([a-z\u00df-\u00ff]{1,12}) \1(?![\w-])")
"""One small word twice, as where two parts of a sentence meet: "de de 7:00 a.m."."""


@dataclass
class Page:
    """A page as a visitor sees it."""

    response: TestResponse
    tree: ET.Element

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def title(self) -> str:
        return words(self.one("title"))

    @property
    def heading(self) -> str:
        return words(self.one("h1"))

    @property
    def text(self) -> str:
        """Return the words of the main part."""
        return words(self.one("main"))

    def one(self, tag: str) -> ET.Element:
        found = self.all(tag)
        assert len(found) == 1, f"{len(found)} <{tag}>"
        return found[0]

    def all(self, tag: str) -> list[ET.Element]:
        return list(self.tree.iter(XHTML + tag))

    def links(self) -> dict[str, str]:
        """Return where each link leads, by its words."""
        return {words(a): a.get("href", "") for a in self.all("a")}

    def errors(self) -> list[str]:
        """Return the sentences of the error summary."""
        return [
            words(item)
            for box in self.tree.iter()
            if "error-summary" in box.get("class", "").split()
            for item in box.iter(XHTML + "li")
        ]

    def form(self, action: str | None = None) -> dict[str, str | list[str]]:
        """Return what a browser would send if this form were submitted as it stands."""
        forms = [f for f in self.all("form") if action is None or f.get("action") == action]
        posting = [f for f in forms if f.get("method", "").lower() == "post"]
        assert posting, f"no form posts to {action}"
        return form_values(posting[0])


def words(element: ET.Element) -> str:
    """Return an element's text with single spaces."""
    return " ".join("".join(element.itertext()).split())


def form_values(form: ET.Element) -> dict[str, str | list[str]]:
    values: dict[str, str | list[str]] = {}
    for field in form.iter():
        tag, name = field.tag.removeprefix(XHTML), field.get("name")
        if not name or tag not in FIELDS:
            continue
        if tag == "select":
            options = list(field.iter(XHTML + "option"))
            chosen = next((o for o in options if o.get("selected") is not None), options[0])
            values[name] = chosen.get("value", words(chosen))
        elif tag == "textarea":
            values[name] = field.text or ""
        elif field.get("type") in {"checkbox", "radio"}:
            if field.get("checked") is not None:
                if field.get("type") == "checkbox":
                    already = values.setdefault(name, [])
                    assert isinstance(already, list)
                    already.append(field.get("value", "on"))
                else:
                    values[name] = field.get("value", "on")
        elif field.get("type") == "hidden" and name in values:
            already = values[name]
            values[name] = [
                *([already] if isinstance(already, str) else already),
                field.get("value", ""),
            ]
        elif field.get("type") != "submit":
            values[name] = field.get("value", "")
    return values


class Browser(FlaskClient):
    """Sends each request as a server takes it: nothing of the one before is remembered in `g`."""

    def open(self, *given, **named) -> TestResponse:
        with self.application.app_context():
            return super().open(*given, **named)


class Visitor:
    """Someone with a browser without scripts."""

    last_read: tuple[str, str] | None = None
    """The page that any visitor of this test was given last: it is shown when the test fails."""

    def __init__(self, app: Flask) -> None:
        self.client = Browser(app, app.response_class, use_cookies=True)

    def get(self, address: str, *, status: int = 200, **extras) -> Page:
        """Open a page and review it."""
        return self._read(self.client.get(address, **extras), status)

    def post(self, address: str, values: dict[str, object], *, status: int = 303) -> Page | str:
        """Send a form as it is. Returns where she is sent on, or the page she is given."""
        response = self.client.post(address, data=values)
        if 300 <= response.status_code < 400:
            assert response.status_code == status
            return response.location
        return self._read(response, status)

    def submit(
        self, address: str, *, action: str | None = None, status: int = 303, **answers
    ) -> Page | str:
        """Open the page, fill in its form and send it. None leaves an answer out."""
        values = {**self.get(address).form(action), **answers}
        sent = {name: value for name, value in values.items() if value is not None}
        return self.post(action or address, sent, status=status)

    def _read(self, response: TestResponse, status: int) -> Page:
        body = response.get_data(as_text=True)
        Visitor.last_read = f"{response.request.method} {response.request.path}", body
        assert response.status_code == status, Visitor.last_read[0]
        page = Page(response, parse_strictly(body))
        review(page, body)
        return page


def review(page: Page, body: str) -> None:
    """Fail for what no page of ours may have."""
    assert page.heading, "an empty h1"
    assert page.title.removeprefix("Error: ").startswith(page.heading), page.title
    ids = [element.get("id") for element in page.tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), f"ids twice: {[i for i in ids if ids.count(i) > 1]}"
    html = page.one("html")
    assert html.get("lang") in {"en", "es"}
    labelled = {label.get("for") for label in page.all("label")}
    wrapped = {id(field) for label in page.all("label") for field in label.iter()}
    for field in page.tree.iter():
        tag = field.tag.removeprefix(XHTML) if isinstance(field.tag, str) else ""
        if tag in FIELDS and field.get("type") not in UNLABELLED:
            named = field.get("id") in labelled or id(field) in wrapped or field.get("aria-label")
            assert named, f"no label: {field.attrib}"
        if tag in SENTENCES:
            assert not DOUBLED.search(words(field)), f"a word twice: {words(field)}"
        if tag == "button":
            assert field.get("type"), "a button without a type"
        for attribute in ("aria-describedby", "aria-labelledby", "aria-controls"):
            for target in (field.get(attribute) or "").split():
                assert target in ids, f"{attribute} points nowhere: {target}"
        assert not field.get("style"), "an inline style"
        assert not any(name.startswith("on") for name in field.attrib), "an inline handler"
        source = field.get("src") or ""
        assert not source.startswith(("http:", "https:", "//")), f"another host: {source}"
    described = " ".join(each.get("aria-describedby") or "" for each in page.tree.iter()).split()
    for element in page.tree.iter():
        if "field__error" in (element.get("class") or "").split():
            assert element.get("id") in described, f"no field says its error: {words(element)}"
    for form in page.all("form"):
        assert form.get("method", "").lower() in {"get", "post"}
    assert not re.search(r"\{\{|\{%|None</|\bundefined\b", unescape(body)), (
        "a template shows through"
    )
