"""The demo's coordinator: at the desk, on the phone, and now and then with her passkey."""

import csv
import io

from flask import Flask
from sqlalchemy import select

from forum import clock
from forum.accounts.models import Organizer, SignIn
from forum.db import db, transaction
from tests.desk import OrganizerAtDesk
from tests.people import Page
from tests.stories.attendees import press

DESK = "/organize/events/forum-2027"
"""Where she works on the demo's forum."""


class Coordinator(OrganizerAtDesk):
    """Someone signed in at the desk. Sign-ins end after some hours, so she signs in each time."""

    def __init__(self, app: Flask, organizer: Organizer) -> None:
        super().__init__(app, organizer)
        self._app = app

    def come_back(self) -> None:
        """Sign in again, as she does on another day."""
        self.__init__(self._app, db.session.get(Organizer, self.organizer.id))

    def find(self, name: str) -> Page:
        """Look someone up by name and open her page."""
        page = self.get(f"{DESK}/registrations")
        found = press(self, page, "Search", status=200, words=name)
        return self.get(found.links()[name])

    def press(self, page: Page, button: str, *, status: int = 303, **answers) -> Page:
        """Press the button with these words, and read what comes of it."""
        return press(self, page, button, status=status, **answers)

    def follow(self, page: Page, link: str) -> Page:
        """Follow the link with these words."""
        return self.get(page.links()[link])

    def answer(self, tasks: Page, name: str, *, release: bool) -> Page:
        """Write down what someone said whom she was to ask."""
        said = "Write to them again" if release else "They want no emails"
        asked = self.press(tasks, f"{said}: {name}")
        return self.press(asked, said) if release else asked  # what goes out is read first

    def paper(self, name: str) -> Page:
        """Make a list that is a page to print."""
        self.show_passkey()
        path = f"{DESK}/lists/{name}"
        return self.press(self.get(path), "Show to print", status=200)

    def letters(self, name: str = "letters") -> str:
        """Make a list that is a file for a spreadsheet."""
        self.show_passkey()
        path = f"{DESK}/lists/{name}"
        token = self.get(path).form(path)["csrf_token"]
        return self.client.post(path, data={"csrf_token": token, "format": "csv"}).get_data(
            as_text=True
        )

    def show_passkey(self) -> None:
        """Say yes with the passkey. A browser does that; here the sign-in says it was done."""
        with transaction():
            for sign_in in db.session.scalars(select(SignIn)):
                sign_in.passkey_at = clock.now()

    def export(self, path: str = f"{DESK}/registrations/export") -> list[dict[str, str]]:
        """Take a list out of the house, as rows."""
        self.show_passkey()
        token = self.get(path).form()["csrf_token"]
        response = self.client.post(path, data={"csrf_token": token, "format": "csv"})
        assert response.status_code == 200
        return list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))
