"""Someone who attends: she has a browser without scripts, and a mailbox."""

from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

from tests.people import Page, Visitor, form_values, words
from tests.stories.letters import Mail, mail_in

FORUM = "/events/forum-2027"
"""Where the demo's forum is."""


class Attendee(Visitor):
    """A person with one mailbox, which she may share."""

    def __init__(self, app: Flask, folder: Path, name: str, address: str) -> None:
        super().__init__(app)
        self._folder = folder
        self.name = name
        self.address = address

    def register(self, at: str = FORUM, **answers) -> Page:
        """Fill in the form for the forum, or for what is at this address, and read what follows."""
        mine = {"name": self.name, "email": self.address}
        return self.get(self.submit(f"{at}/register", **{**mine, **answers}))

    @property
    def mail(self) -> list[Mail]:
        """Return all that has come to her mailbox."""
        return [
            mail
            for mail in mail_in(self._folder)
            if parseaddr(mail.message["To"])[1] == self.address
        ]

    @property
    def kinds(self) -> list[str]:
        """Return which of our emails have come."""
        return [mail.kind for mail in self.mail]

    @property
    def newest(self) -> Mail:
        return self.mail[-1]

    def open(self, address: str, *, status: int = 200) -> Page:
        """Follow a link of an email or of a page."""
        parts = urlsplit(address)
        return self.get(parts.path + (f"?{parts.query}" if parts.query else ""), status=status)

    def follow(self, page: Page, link: str) -> Page:
        """Follow the link with these words."""
        return self.open(page.links()[link])

    def way(self, page: Page, label: str) -> Page:
        """Follow the link that begins with these words; how it stands now comes after them."""
        [href] = {href for words, href in page.links().items() if words.startswith(label)}
        return self.open(href)

    def press(self, page: Page, button: str, *, status: int = 303, **answers) -> Page:
        """Press the button with these words, and read what comes of it. None leaves one out."""
        return press(self, page, button, status=status, **answers)


def press(visitor: Visitor, page: Page, button: str, *, status: int = 303, **answers) -> Page:
    """Press a page's button with the form around it as it stands, and these answers."""
    fitting = [
        (form, each)
        for form in page.all("form")
        for each in form.iter()
        if each.get("type") == "submit" and words(each) == button
    ]
    assert len(fitting) == 1, f"{len(fitting)} buttons {button!r} on {page.heading!r}"
    [(form, pressed)] = fitting
    values = {**form_values(form), **answers}
    if pressed.get("name"):
        values[pressed.get("name")] = pressed.get("value", "")
    sent = {name: value for name, value in values.items() if value is not None}
    answer = visitor.post(form.get("action") or page.response.request.path, sent, status=status)
    return answer if isinstance(answer, Page) else visitor.get(answer)
