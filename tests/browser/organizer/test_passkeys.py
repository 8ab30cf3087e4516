"""Passkeys at the desk, in a real browser: offered, asked for, and answered once."""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import select

from forum import clock
from forum.accounts.models import Passkey, SignIn
from forum.audit.models import Action, AuditEntry
from forum.db import db, transaction
from tests.browser.looking import violations
from tests.browser.organizer.arriving import arrive, sign_in
from tests.desk import at
from tests.stored import seen

pytestmark = pytest.mark.browser


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


def add_passkey(screen, name="my laptop"):
    screen.goto("/organize/me/passkeys/new")
    screen.fill("#name", name)
    screen.click("form[data-passkey] button")
    screen.wait_for_url(lambda url: "passkeys/new" not in url)


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
    yes_is_long_ago()

    screen.goto("/organize/events/forum-2027/registrations/export")
    assert screen.text_content("h1") == "Confirm that it is you"
    screen.click("text=Use my passkey")
    arrive(screen, "/organize/events/forum-2027/registrations/export")
    screen.click("label:has-text('CSV')")
    with screen.expect_download() as download:
        screen.click("text=Download")

    raw = download.value.path().read_bytes()
    lines = raw.decode("utf-8-sig").splitlines()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert download.value.suggested_filename == "forum-2027-registrations.csv"
    assert lines[0].startswith("Name,Email,Phone,How")
    assert [line.split(",")[0] for line in lines[1:]] == [
        "Greta Nomail",
        "'=Ada Trialrun",
        "Wim",
        "Xenia",
    ]
    assert "617-555-0142" in lines[2]
    assert Action.EXPORTED in [entry.action for entry in seen(select(AuditEntry))]


def test_a_second_passkey_needs_a_yes_from_the_first(screen, device, petra):
    sign_in(screen, petra)
    add_passkey(screen)
    yes_is_long_ago()

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


def test_a_mailed_link_alone_does_not_let_personal_data_out(screen, device, petra, ada):
    facts = {"credential_id": "aGVyIHBob25l", "public_key": "cHVibGlj", "name": "Petra's phone"}
    with transaction():  # on her phone, not here
        db.session.add(Passkey(organizer_id=petra.id, created_at=clock.now(), **facts))
    sign_in(screen, petra)
    number = seen(select(Passkey.id))[0]

    for page in (
        "/organize/events/forum-2027/registrations/export",
        "/organize/me/passkeys/new",
        f"/organize/me/passkeys/{number}/remove",
    ):
        screen.goto(page)
        assert screen.text_content("h1") == "Confirm that it is you"

    assert [each.name for each in seen(select(Passkey))] == ["Petra's phone"]


def test_a_form_that_waited_for_a_yes_is_sent_as_it_was(screen, device, petra):
    sign_in(screen, petra)
    add_passkey(screen)
    screen.goto("/organize/confirm?next=/organize/organizers/add")
    screen.click("text=Use my passkey")
    arrive(screen, "/organize/organizers/add")
    screen.fill("#name", 'Quinn Ó "Q"')
    screen.fill("#email", "quinn@lantern.example")
    with transaction():
        for each in db.session.scalars(select(SignIn)):
            each.passkey_at = clock.now() - timedelta(minutes=11)

    screen.click("main form .actions button")
    assert screen.text_content("h1") == "Confirm that it is you"
    screen.click("text=Use my passkey")
    arrive(screen, "/organize/organizers/")

    assert 'Quinn Ó "Q"' in screen.text_content("main")


class TestWhatPeopleToldUs:
    @pytest.fixture
    def overrides(self):
        return {"answers_need_passkey": True}

    def test_one_yes_opens_it_and_leads_back(self, screen, device, petra, ada, axe):
        sign_in(screen, petra)
        add_passkey(screen)
        yes_was_never_said()
        hers = at(ada)
        screen.goto(hers)
        assert "Ada" not in screen.content()
        screen.click("text=Use my passkey")
        arrive(screen, hers)
        yes_is_long_ago()
        screen.reload()
        assert "wheelchair" not in screen.content()
        assert violations(screen, axe) == []

        screen.click("text=Show what they told us")
        assert screen.text_content("h1") == "Confirm that it is you"
        assert violations(screen, axe) == []
        screen.click("text=Use my passkey")
        arrive(screen, hers)

        assert "wheelchair" in screen.text_content("main")
        assert Action.LOOKED_AT in [entry.action for entry in seen(select(AuditEntry))]


def yes_was_never_said():
    """Let her sign-in be one by a mailed link alone, as the next one would be."""
    with transaction():
        for each in db.session.scalars(select(SignIn)):
            each.passkey_at = None


def yes_is_long_ago():
    """Let more time pass than a yes of a passkey counts."""
    with transaction():
        for each in db.session.scalars(select(SignIn)):
            each.passkey_at = clock.now() - timedelta(minutes=31)


def test_a_new_passkey_that_waited_for_its_name_too_long_is_asked_for_again(screen, device, petra):
    sign_in(screen, petra)
    add_passkey(screen)
    screen.goto("/organize/confirm?next=/organize/me/passkeys/new")
    screen.click("text=Use my passkey")
    arrive(screen, "/organize/me/passkeys/new")
    screen.fill("#name", "my tablet")
    yes_is_long_ago()

    screen.click("form[data-passkey] button")
    screen.wait_for_selector("h1:has-text('Confirm that it is you')")
    screen.click("text=Use my passkey")
    screen.wait_for_selector("h1:has-text('Add a passkey')")

    assert screen.input_value("#name") == "my tablet"
    assert not screen.is_visible("text=could not be checked")


def test_who_was_signed_out_meanwhile_is_shown_the_way_in(screen, device, petra):
    sign_in(screen, petra)
    add_passkey(screen)
    yes_is_long_ago()
    screen.goto("/organize/events/forum-2027/registrations/export")
    with transaction():
        for each in db.session.scalars(select(SignIn)):
            each.ended_at = clock.now()

    screen.click("text=Use my passkey")

    arrive(screen, "/organize/sign-in")
