"""An organizer with a browser without scripts."""

from flask import Flask

from forum import clock, links
from forum.accounts import actions
from forum.accounts.models import Organizer
from forum.db import transaction
from tests.people import Visitor


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
        self.submit(new_link(organizer))
