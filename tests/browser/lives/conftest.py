"""Three lives at a phone of 390 px, with scripts and without, from the first page to the mail."""

from datetime import timedelta

import pytest

from forum import clock
from forum.config import current_settings
from tests.browser.lives.hours import Hours
from tests.browser.lives.phone import Phone
from tests.stories.letters import Mail, mail_in


@pytest.fixture
def overrides() -> dict[str, object]:
    """Two letters at once are enough, and one person here presses more often than in life."""
    return {"sender_threads": 2, "limits": False}


@pytest.fixture
def hours(live, monkeypatch) -> Hours:
    """Return the hours, as our clock shows them; mail really goes out, into the Maildir."""
    live.config["MAIL_SUPPRESS_SEND"] = False
    hours = Hours(live, clock.now)
    monkeypatch.setattr(clock, "now", hours.now)
    return hours


@pytest.fixture
def morning(hours):
    """Return when the day begins that people here register for: in two months, in Boston."""
    return (hours.now() + timedelta(days=60)).replace(hour=13, minute=15, second=0, microsecond=0)


@pytest.fixture
def stream(live) -> str:
    """Return an address on another host at which something answers."""
    return f"{live.config['BASE_URL'].replace('localhost', '127.0.0.1')}/find"


@pytest.fixture
def mailbox(live):
    """Return a way to read all that has come for one reader, the newest last."""

    def mailbox(reader: str) -> list[Mail]:
        found = mail_in(current_settings().instance / "mail")
        return [mail for mail in found if mail.reader == reader]

    return mailbox


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def phone(request, chromium, live) -> Phone:
    context = chromium.new_context(
        base_url=live.config["BASE_URL"],
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        java_script_enabled=request.param,
    )
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield Phone(page)
    context.close()
    assert troubles == []
