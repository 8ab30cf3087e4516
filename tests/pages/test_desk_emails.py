"""Any email seen at the desk before anyone gets it: as it would be, and opening nothing."""

import pytest

from forum.emails.kinds import KINDS
from forum.organizer.letter_page import SHEET_POLICY
from tests.desk import OrganizerAtDesk


@pytest.fixture
def engine(sqlite_engine):
    """One engine is enough for what only reads."""
    return sqlite_engine


@pytest.fixture
def event(make):
    event = make.event(slug="forum-2027")
    make.session(event, capacity=8, room=make.room(name="Harbor Room"))
    make.reminder(event, "P7D", local_time="10:00")
    return event


@pytest.fixture
def petra(app, make, event):
    return OrganizerAtDesk(app, make.organizer())


EMAILS = "/organize/events/forum-2027/emails/"


@pytest.mark.parametrize("email", [*KINDS, "sign_in"])
def test_every_email_is_seen_with_nobody_registered_yet(petra, email):
    page = petra.get(f"{EMAILS}?email={email}&language=es")
    assert "Answers go to" in page.text
    [frame] = page.all("iframe")
    assert frame.get("sandbox") == ""
    sheet = petra.client.get(frame.get("src"))
    assert sheet.status_code == 200
    assert sheet.headers["Content-Security-Policy"] == SHEET_POLICY
    assert sheet.headers["Cache-Control"] == "no-store"
