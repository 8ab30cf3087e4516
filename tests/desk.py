"""An organizer with a browser without scripts."""

import re
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask import session as cookie  # noqa: TID251 - the browser's, not an agenda's
from sqlalchemy import event as sql
from sqlalchemy import select

from forum import clock, links
from forum.accounts import actions, guard
from forum.accounts.models import Organizer, SignIn
from forum.db import db, transaction
from forum.registration.models import Registration
from tests.people import XHTML, Page, Visitor, form_values, words

EVENT = "/organize/events/forum-2027"
"""The forum that is planned, where a test says nothing else."""


def new_link(organizer: Organizer) -> str:
    """Return the path of a fresh sign-in link, as it would be mailed."""
    with transaction():
        link = actions.make_link(organizer, now=clock.now())
    return f"/organize/sign-in/{links.token('sign-in', link.public_id, 1)}"


class OrganizerAtDesk(Visitor):
    """Someone who has signed in."""

    def __init__(self, app: Flask, organizer: Organizer) -> None:
        super().__init__(app)
        self.organizer = organizer
        token = new_link(organizer).rpartition("/")[2]
        with transaction():
            sign_in, value = actions.sign_in_by_link(token, now=clock.now())
        with app.test_request_context():
            guard.let_in(sign_in, value)
            kept = dict(cookie)
        with self.client.session_transaction() as hers:
            hers.update(kept)

    def say_yes(self, *, ago: timedelta = timedelta(0)) -> None:
        """Say yes with a passkey. A browser does that; here the sign-in says it was done."""
        with transaction():
            mine = select(SignIn).where(SignIn.organizer_id == self.organizer.id)
            for sign_in in db.session.scalars(mine):
                sign_in.passkey_at = clock.now() - ago

    def post(self, address: str, values: dict[str, object], *, status: int = 303) -> Page | str:
        """Send a form. A look, or a search, that is to be read is read where it leads."""
        response = self.client.post(address, data=values)
        leads = response.location or ""
        if status != response.status_code == 303 and ("look=" in leads or "found=" in leads):
            return self.get(leads, status=status)
        if 300 <= response.status_code < 400:
            assert response.status_code == status
            return response.location
        return self._read(response, status)

    def take_step(self, address: str, **answers) -> Page | str:
        """Take a step of a whole event, with the number of people typed that its page says."""
        number = number_to_type(self.get(address))
        return self.submit(address, step="do", people=number, **answers)

    def submit(
        self, address: str, *, action: str | None = None, status: int = 303, **answers
    ) -> Page | str:
        """Fill in the form in the main part of a page, or the one with this action, and send it."""
        page = self.get(address)
        place = page.tree if action else page.one("main")
        forms = [
            form
            for form in place.iter(XHTML + "form")
            if form.get("method") == "post" and (not action or form.get("action") == action)
        ]
        values = {**form_values(forms[-1]), **answers}
        sent = {name: value for name, value in values.items() if value is not None}
        return self.post(forms[-1].get("action") or address, sent, status=status)


def number_to_type(page: Page) -> str:
    """Return how many people a page says are registered, as one types it; "" for nobody."""
    said = re.search(r"(\d+) (?:person is|people are) registered for this event", page.text)
    return said[1] if said else ""


def at(person: Registration, more: str = "") -> str:
    """Return the address of someone's page at the desk, or of a page below it."""
    return f"{EVENT}/registrations/{person.public_id}{more}"


def desk_form(page: Page) -> dict[str, str | list[str]]:
    """Return what a browser would send from the form in the main part."""
    forms = [form for form in page.one("main").iter(XHTML + "form") if form.get("method") == "post"]
    return form_values(forms[-1])


def names(page: Page) -> list[str]:
    """Return the people that a list shows."""
    body = next(page.one("main").iter(XHTML + "tbody"))
    return [words(next(cell.iter(XHTML + "a"))) for cell in body.iter(XHTML + "th")]


def queries_for(desk: OrganizerAtDesk, path: str) -> int:
    """Return how many statements a page takes."""
    return queries_in(lambda: desk.get(path))


def queries_in(act: Callable[[], object]) -> int:
    """Return how many statements something takes."""
    statements = []

    def note(*given):
        statements.append(given[2])

    sql.listen(db.engine, "before_cursor_execute", note)
    act()
    sql.remove(db.engine, "before_cursor_execute", note)
    assert statements
    return len(statements)
