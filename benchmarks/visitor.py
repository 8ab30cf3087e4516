"""Someone who registers over HTTP as a browser does: page, form with its cookie, thank-you page."""

import re
from http.client import HTTPConnection
from urllib.parse import urlencode, urljoin

from sqlalchemy import select

from benchmarks.house import SLUG
from forum.db import db, transaction
from forum.events.models import Event, Mode

FORM = f"/events/{SLUG}/register"
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'\b(name|value)="([^"]*)"')


class Refused(Exception):
    """Something else than a thank-you page came."""


class Visitor:
    """One person with a browser: a kept connection and her cookie."""

    def __init__(self, port: int) -> None:
        """Connect when the first page is asked for."""
        self._line = HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookie = ""
        self._hidden: dict[str, str] = {}

    def open_form(self) -> None:
        """Ask for the page with the form."""
        _status, _to, page = self._ask("GET", FORM)
        inputs = (dict(ATTRIBUTE.findall(field)) for field in HIDDEN.findall(page))
        self._hidden = {field["name"]: field.get("value", "") for field in inputs}

    def send_form(self, number: int, mode: str = "in_person") -> str:
        """Send the form; return where the thank-you page is. Raises Refused."""
        values = self._hidden | {
            "name": f"Ada Q. Trialrun {number}",
            "email": f"ada{number}@people.example",
            "mode": mode,
            "timezone": "America/New_York",
            "language": "en",
        }
        status, to, page = self._ask("POST", FORM, urlencode(values))
        if status != 303:
            words = " ".join(re.sub("<[^>]*>", " ", page).split())
            raise Refused(f"{status}: {words[:1000]}")
        return urljoin(FORM, to)

    def read_thanks(self, address: str) -> str:
        """Ask for the thank-you page."""
        status, _to, page = self._ask("GET", address)
        if status != 200:
            raise Refused(f"{status} for {address}")
        return page

    def cancel(self, token: str) -> None:
        """Open the page that asks, and press its button."""
        page = f"/my/{token}/cancel"
        _status, _to, text = self._ask("GET", page)
        inputs = (dict(ATTRIBUTE.findall(field)) for field in HIDDEN.findall(text))
        values = {field["name"]: field.get("value", "") for field in inputs}
        status, _to, _text = self._ask("POST", page, urlencode(values))
        if status != 303:
            raise Refused(f"{status} for {page}")

    def leave(self) -> None:
        """Close the connection."""
        self._line.close()

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        headers = {"Cookie": self._cookie} if self._cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._line.request(method, path, body, headers)
        response = self._line.getresponse()
        page = response.read().decode()
        if cookie := response.headers.get("Set-Cookie"):
            self._cookie = cookie.partition(";")[0]
        return response.status, response.headers.get("Location", ""), page


def open_registration(places: int | None) -> int:
    """Let people register now, for so many places in person (None: no limit).

    Returns the event's id.
    """
    with transaction():
        event = db.session.scalars(select(Event).where(Event.slug == SLUG)).one()
        event.registration_opens_at = None
        event.revision += 1
        for gate in event.gates:
            gate.closes_at = None
            gate.capacity = places if gate.mode == Mode.IN_PERSON else None
        return event.id
