"""The demo's world: its programme, its coordinator at the desk, its people and their mail."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from forum import clock
from forum.accounts.actions import add_organizer
from forum.accounts.models import OrganizerRole
from forum.db import db, transaction
from forum.demo.actions import FILE, ORGANIZER
from forum.events.models import Event, EventKind
from forum.programme.actions import load
from forum.programme.reading.file import read
from tests.stories.attendees import Attendee
from tests.stories.days import Days
from tests.stories.organizers import Coordinator


@pytest.fixture
def overrides() -> dict[str, object]:
    """Two letters at once are enough, and one person here presses more often than in life."""
    return {"sender_threads": 2, "limits": False}


@pytest.fixture
def forum(app) -> Event:
    """Load the demo's programme, without its people: they come by themselves."""
    with transaction():
        load(read(FILE.read_bytes()), now=clock.now())
    return db.session.scalars(select(Event).where(Event.kind == EventKind.FORUM)).one()


@pytest.fixture
def days(app, forum, today) -> Days:
    """Return the days; mail really goes out, into the Maildir."""
    app.config["MAIL_SUPPRESS_SEND"] = False
    return Days(app, today)


@pytest.fixture
def petra(app, forum) -> Coordinator:
    """Return the coordinator, at the desk."""
    with transaction():
        organizer = add_organizer(*ORGANIZER, OrganizerRole.OWNER, now=clock.now())
    return Coordinator(app, organizer)


@pytest.fixture
def someone(app: Flask, settings, forum) -> Callable[..., Attendee]:
    """Return a way to meet people: `someone("Ada Q. Trialrun")`."""

    def meet(name: str, address: str | None = None) -> Attendee:
        invented = f"{name.removeprefix('Dr. ').split()[0].lower()}@people.example"
        return Attendee(app, settings.instance / "mail", name, address or invented)

    return meet
