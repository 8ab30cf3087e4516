"""The desk's pages of care in a real browser: axe, a phone's width, the keyboard, no scripts."""

import pytest
from sqlalchemy import select

from forum import clock
from forum.accounts.models import SignIn
from forum.db import db, transaction
from forum.registration.models import CareState
from forum.registration.telling import tell
from tests.browser.looking import is_sound
from tests.browser.organizer.arriving import sign_in
from tests.desk import EVENT

pytestmark = pytest.mark.browser


@pytest.fixture
def ione(make):
    event = make.event(slug="forum-2027")
    ione = make.registration(event, name="Ione Sample", needs="a quiet place to rest")
    make.registration(event, name="Jasper Sample", companion_of=ione, phone="+16175550142")
    make.registration(event, name="Hollis Sample", care_state=CareState.PAUSED)
    greta = make.registration(event, name="Greta Nomail", email=None, phone="+16175550143")
    with transaction():
        tell("confirmation", greta, "1", now=clock.now())
    return ione


@pytest.fixture
def petra(make, ione, screen):
    petra = make.organizer(email="petra@lantern.example")
    sign_in(screen, petra)
    with transaction():
        db.session.scalars(select(SignIn)).one().passkey_at = clock.now()
    return petra


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_page_of_care_is_sound(screen, axe, petra, ione, width):
    screen.set_viewport_size({"width": width, "height": 844})
    person = f"{EVENT}/registrations/{ione.public_id}"

    def look(name):
        is_sound(screen, axe)

    for name, path in {
        "person": person,
        "pause": f"{person}/pause",
        "resume": f"{person}/resume",
        "remember": f"{person}/remember",
        "sure": f"{person}/remember/sure",
        "undo": f"{person}/remember/undo",
        "tasks": "/organize/tasks",
        "today": "/organize/",
        "cancel": f"{EVENT}/cancel",
        "lists": f"{EVENT}/lists",
    }.items():
        screen.goto(path)
        look(name)
    screen.goto(f"{person}/pause")
    screen.click("main form button")
    look("pause-refused")
    for name in ("badges", "check-in", "statistics"):
        screen.goto(f"{EVENT}/lists/{name}")
        look(f"ask-{name}")
        if name == "check-in":
            screen.check("#with_needs")
        screen.click("main form button")
        look(name)


def test_remembering_and_undoing_by_keyboard_alone(screen, axe, petra, ione):
    screen.goto(f"{EVENT}/registrations/{ione.public_id}")
    for words in ("This person has died", "Continue"):
        screen.get_by_role("link", name=words).focus()
        screen.keyboard.press("Enter")
        screen.wait_for_load_state()
    screen.get_by_role("button", name="This person has died").focus()
    screen.keyboard.press("Enter")
    screen.wait_for_url(lambda url: url.endswith(ione.public_id))
    assert "This person is remembered (has died)." in screen.inner_text("main")
    is_sound(screen, axe)

    screen.goto("/organize/tasks")
    assert "Jasper Sample" in screen.inner_text("main")
    is_sound(screen, axe)

    screen.goto(f"{EVENT}/registrations/{ione.public_id}/remember/undo")
    screen.get_by_role("button", name="This person is alive: undo").focus()
    screen.keyboard.press("Enter")
    screen.wait_for_url(lambda url: url.endswith(ione.public_id))
    assert "Emails go out as usual." in screen.inner_text("main")
