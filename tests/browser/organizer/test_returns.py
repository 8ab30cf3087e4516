"""What came back, in a real browser: axe, a phone's width, no script errors."""

import os
from pathlib import Path

import pytest

from forum import clock
from forum.db import db
from forum.outbox.models import Message, MessageState
from tests.browser.looking import is_sound
from tests.desk import EVENT, new_link
from tests.mail.incoming.keeping import came_back
from tests.my import my

pytestmark = pytest.mark.browser


@pytest.fixture
def ada(make):
    event = make.event(slug="forum-2027")
    ada = make.registration(event, name="Ada Q. Trialrun", email="ada@people.example")
    make.calendar_reply(ada, "declined")
    make.registration(event, name="Boris Trialrun")
    now = clock.now()
    for email in ("confirmation", "my_link"):
        message = make._keep(
            Message(
                email=email,
                registration=ada,
                dedupe_key=f"{email}:ada",
                state=MessageState.SENT,
                sent_at=now,
                created_at=now,
                due_at=now,
            )
        )
    came_back(message)
    return ada


def test_every_page_about_what_came_back_is_sound(screen, axe, make, ada):
    hers = my(ada)
    person = f"{EVENT}/registrations/{ada.public_id}"
    petra = make.organizer(email="petra@lantern.example")
    link = new_link(petra)
    db.session.rollback()
    screen.goto(link)
    screen.click("main button")
    screen.wait_for_url(lambda url: "/sign-in/" not in url)
    for width in (390, 1280):
        screen.set_viewport_size({"width": width, "height": 900})
        for name, path in {
            "hers": hers,
            "today": "/organize/",
            "calls": "/organize/tasks",
            "person": person,
            "write-again": f"{person}/write-again",
            "list": f"{EVENT}/registrations",
            "outbox": "/organize/outbox/?state=returned",
        }.items():
            screen.goto(path)
            is_sound(screen, axe)
            if folder := os.environ.get("SCREENS"):
                screen.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)

    screen.goto(f"{person}/write-again")
    screen.click("main form button")
    screen.wait_for_url(lambda url: url.endswith(person))
    assert "Emails go out again, to the same address." in screen.inner_text("main")
    screen.goto(hers)
    screen.get_by_role("button", name="I am taking part").click()
    assert "Thank you. Your place stays yours." in screen.inner_text("main")
