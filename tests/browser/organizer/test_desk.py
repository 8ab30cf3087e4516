"""The desk in a real browser: passkeys, axe, a phone's width."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select

from forum import clock
from forum.accounts.models import OrganizerRole, Passkey, SignIn
from forum.audit.models import Action, AuditEntry
from forum.db import db
from forum.events.models import EventStatus, Mode
from forum.registration.models import CareState, InviteLink, Registration, Status
from tests.desk import new_link
from tests.make import Make

pytestmark = pytest.mark.browser


@pytest.fixture
def make(live):
    return Make()


@pytest.fixture
def event(make):
    event = make.event(slug="forum-2027")
    make.session(event, room=make.room(), track=make.track(), speakers=(make.speaker(),))
    return event


@pytest.fixture
def petra(make, event):
    return make.organizer(email="petra@lantern.example", role=OrganizerRole.OWNER)


@pytest.fixture
def ada(make, event):
    make.reminder(event, "P7D", local_time="10:00")
    make.registration(event, name="Greta Nomail", email=None, mode=Mode.PHONE)
    make.registration(event, name="Ione", care_state=CareState.REMEMBERED)
    wim = make.registration(event, name="Wim", status=Status.WAITLISTED)
    make.offer(wim, ends_at=clock.now() + timedelta(days=2))
    make.registration(event, name="Xenia", status=Status.WAITLISTED, wants_offers=False)
    link = {"label": "Speakers", "lifts": ("capacity",), "uses_left": 3, "created_at": clock.now()}
    make._keep(InviteLink(event=event, organizer=make.organizer(), **link))
    return make.registration(event, name="=Ada Trialrun", needs="wheelchair", phone="+16175550142")


@pytest.fixture
def device(screen):
    """Give the browser a fingerprint reader that always knows its owner."""
    session = screen.context.new_cdp_session(screen)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def arrive(screen, path):
    screen.wait_for_url(lambda url: urlsplit(url).path == path)


def sign_in(screen, organizer):
    screen.goto(new_link(organizer))
    screen.click("main button")
    screen.wait_for_url(lambda url: "/sign-in/" not in url)


def add_passkey(screen, name="my laptop"):
    screen.goto("/organize/me/passkeys/new")
    screen.fill("#name", name)
    screen.click("form[data-passkey] button")
    screen.wait_for_url(lambda url: "passkeys/new" not in url)


def seen(query):
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(query).all()


def test_a_passkey_is_offered_at_the_first_sign_in_and_signs_her_in_the_next_time(
    screen, device, petra
):
    sign_in(screen, petra)
    assert screen.text_content("h1") == "Add a passkey"

    screen.fill("#name", "my laptop")
    screen.click("form[data-passkey] button")
    arrive(screen, "/organize/")
    assert [each.name for each in seen(select(Passkey))] == ["my laptop"]

    screen.click("text=Sign out")
    arrive(screen, "/organize/sign-in")
    screen.click("text=Sign in with a passkey")
    arrive(screen, "/organize/")

    latest = seen(select(SignIn).order_by(SignIn.id))[-1]
    assert latest.passkey_at is not None
    assert seen(select(Passkey))[0].last_used_at is not None


def test_an_export_asks_for_the_passkey_and_is_safe_in_a_spreadsheet(screen, device, petra, ada):
    sign_in(screen, petra)
    add_passkey(screen)

    screen.goto("/organize/events/forum-2027/registrations/export")
    assert screen.text_content("h1") == "Confirm that it is you"
    screen.click("text=Use my passkey")
    arrive(screen, "/organize/events/forum-2027/registrations/export")
    with screen.expect_download() as download:
        screen.click("text=Download")

    raw = download.value.path().read_bytes()
    lines = raw.decode("utf-8-sig").splitlines()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert download.value.suggested_filename == "forum-2027-registrations.csv"
    assert lines[0].startswith("Name,Email,Phone,How")
    assert [line.split(",")[0] for line in lines[1:]] == [
        "'=Ada Trialrun",
        "Greta Nomail",
        "Wim",
        "Xenia",
    ]
    assert "'+16175550142" in lines[1]
    assert Action.EXPORTED in [entry.action for entry in seen(select(AuditEntry))]


def test_a_second_passkey_needs_a_yes_from_the_first(screen, device, petra):
    sign_in(screen, petra)
    add_passkey(screen)

    screen.goto("/organize/me/passkeys/new")

    assert screen.text_content("h1") == "Confirm that it is you"


def test_an_answer_to_a_passkey_question_counts_once(screen, device, petra):
    sign_in(screen, petra)
    add_passkey(screen)
    screen.click("text=Sign out")
    arrive(screen, "/organize/sign-in")
    with screen.expect_request(
        lambda request: request.method == "POST" and "question" not in request.url
    ) as sent:
        screen.click("text=Sign in with a passkey")
    arrive(screen, "/organize/")
    seen(select(Passkey))[0].sign_count = 0  # as of the many devices that do not count
    db.session.commit()

    kept = sent.value.all_headers()["cookie"]
    screen.context.clear_cookies()
    answer = screen.request.post(
        sent.value.url,
        form=dict(parse_qsl(sent.value.post_data)),
        headers={"Cookie": kept},
        max_redirects=0,
    )

    assert answer.headers["location"] == "/organize/sign-in"
    assert len(seen(select(SignIn))) == 2


def test_a_passkeys_yes_gives_the_browser_a_new_cookie(screen, device, petra):
    sign_in(screen, petra)
    add_passkey(screen)
    screen.goto("/organize/confirm?next=/organize/me/")
    before = screen.context.cookies()
    screen.click("text=Use my passkey")
    arrive(screen, "/organize/me/")

    screen.context.clear_cookies()
    screen.context.add_cookies(before)
    screen.goto("/organize/me/")

    assert screen.text_content("h1") == "Sign in to the desk"


def test_without_scripts_the_mailed_link_is_enough(chromium, live, petra):
    context = chromium.new_context(base_url=live.config["BASE_URL"], java_script_enabled=False)
    page = context.new_page()
    page.goto("/organize/sign-in")
    assert not page.is_visible("text=Sign in with a passkey")

    sign_in(page, petra)
    page.click("text=Not now")

    assert page.text_content("h1") == "Today"
    context.close()


def rooms(ada):
    desk, forum = "/organize", f"/organize/events/{ada.event.slug}"
    session = ada.event.sessions[0]
    wim = db.session.scalars(select(Registration).where(Registration.name == "Wim")).one()
    return [
        f"{desk}/",
        f"{desk}/people?who=waiting",
        f"{desk}/events/",
        f"{forum}/",
        f"{forum}/edit",
        f"{forum}/cancel",
        f"{forum}/places/in_person",
        f"{forum}/agenda",
        f"{forum}/agenda/add",
        f"{forum}/agenda/{session.id}",
        f"{forum}/reminders",
        f"{forum}/registrations",
        f"{forum}/registrations/add",
        f"{forum}/registrations/search",
        f"{forum}/registrations/{ada.public_id}",
        f"{forum}/registrations/{ada.public_id}/mode",
        f"{forum}/registrations/{ada.public_id}/companion",
        f"{forum}/registrations/{ada.public_id}/sessions",
        f"{forum}/registrations/{wim.public_id}",
        f"{forum}/registrations/{wim.public_id}/offer",
        f"{forum}/registrations/{wim.public_id}/waiting",
        f"{forum}/waitlist",
        f"{forum}/invites",
        f"{desk}/outbox/",
        f"{desk}/history/",
        f"{desk}/organizers/",
        f"{desk}/organizers/add",
        f"{desk}/me/",
        f"{desk}/confirm",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_room_is_accessible(screen, petra, ada, axe, scheme):
    screen.emulate_media(color_scheme=scheme)
    screen.goto("/organize/sign-in")
    assert violations(screen, axe) == []
    sign_in(screen, petra)

    for room in rooms(ada):
        screen.goto(room)
        assert violations(screen, axe) == [], room


def test_a_refused_form_is_accessible(screen, petra, axe):
    sign_in(screen, petra)
    for room in ("edit", "agenda/add", "registrations/add"):
        screen.goto(f"/organize/events/forum-2027/{room}")
        screen.fill("[name=title], [name=name]", " ")
        screen.click("main form[method=post] button.button:not(.button--link)")
        assert screen.title().startswith("Error: ")
        assert violations(screen, axe) == [], room


def test_two_versions_side_by_side_are_accessible(screen, petra, event, axe):
    sign_in(screen, petra)
    screen.goto("/organize/events/forum-2027/edit")
    db.session.rollback()
    db.session.expire_all()
    event.title, event.version = "Saved by someone else", event.version + 1
    db.session.commit()

    screen.fill("[name=title]", "Typed by me")
    screen.click("text=Save")

    assert "Saved by someone else" in screen.text_content("main")
    assert screen.input_value("[name=title]") == "Typed by me"
    assert violations(screen, axe) == []


@pytest.mark.parametrize("width", [320, 390])
def test_no_room_is_wider_than_a_phone(screen, petra, ada, width):
    screen.set_viewport_size({"width": width, "height": 800})
    sign_in(screen, petra)

    for room in rooms(ada):
        screen.goto(room)
        assert screen.evaluate("document.documentElement.scrollWidth") <= width, room


def test_the_draft_is_published_with_the_keyboard_alone(screen, petra, event):
    event.status = EventStatus.DRAFT
    db.session.commit()
    sign_in(screen, petra)
    screen.goto("/organize/events/forum-2027/publish")

    for _ in range(40):
        screen.keyboard.press("Tab")
        if screen.evaluate("document.activeElement.textContent") == "Publish":
            break
    screen.keyboard.press("Enter")
    arrive(screen, "/organize/events/forum-2027/")

    db.session.rollback()
    db.session.expire_all()
    assert event.status == EventStatus.PUBLISHED


def violations(screen, axe):
    """Return what axe-core finds against WCAG 2.2 AA and its own best practices."""
    if not screen.evaluate("'axe' in window"):
        screen.evaluate(axe)
    found = screen.evaluate("axe.run(document)")
    return [
        (each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found["violations"]
    ]


def test_the_address_of_an_invite_link_is_copied_at_a_press(screen, petra, ada):
    screen.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(screen, petra)
    screen.goto("/organize/events/forum-2027/invites")

    screen.click("text=Copy")
    screen.wait_for_selector("text=Copied")

    shown = screen.input_value("input[readonly]")
    assert screen.evaluate("navigator.clipboard.readText()") == shown


def test_an_offer_is_answered_with_the_keyboard_alone(screen, petra, ada):
    sign_in(screen, petra)
    wim = seen(select(Registration).where(Registration.name == "Wim"))[0]
    person = f"/organize/events/forum-2027/registrations/{wim.public_id}"
    screen.goto(f"{person}/offer")

    for _ in range(40):
        screen.keyboard.press("Tab")
        if screen.evaluate("document.activeElement.name") == "answer":
            screen.keyboard.press("Space")
        if screen.evaluate("document.activeElement.textContent") == "Save the answer":
            break
    screen.keyboard.press("Enter")
    arrive(screen, person)

    assert seen(select(Registration).where(Registration.name == "Wim"))[0].status == "confirmed"
