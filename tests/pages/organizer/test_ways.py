"""Every page of the desk is found by following links and buttons from Today."""

import re
from collections import Counter, deque
from html import unescape

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from forum.accounts.models import OrganizerRole
from forum.db import db
from tests.desk import OrganizerAtDesk
from tests.pages.organizer.whole_desk import NO_PAGES, WholeDesk

pytestmark = pytest.mark.sqlite_is_enough

OFTEN = 12
"""How many pages of a kind are opened: a button may stand on one of them only."""
OTHER_DAYS = {
    "accounts.confirm": "asked for what needs a passkey's yes",
    "accounts.link_sent": "before signing in",
    "accounts.open_link": "in an email",
    "accounts.sign_in": "before signing in",
    "organizer.ask_to_cancel": "on the card of somebody who was asked",
    "organizer.ask_to_answer": "on the card of somebody who was asked",
    "organizer.remind_again": "of somebody who stopped the reminders",
    "organizer.remove_passkey_of": "of another organizer who has one",
    "organizer.restore_session": "of a session that is canceled",
    "organizer.resume_mail": "while emails are stopped",
    "organizer.send_invitations": "while somebody may be invited",
    "organizer.unpublish": "while nobody is registered",
}
"""Pages whose button is not there on the desk's day, and when it is."""


def leads_to(page: str) -> list[str]:
    """Return the paths of a page's links, buttons and frames."""
    return {
        unescape(each) for each in re.findall(r' (?:href|action|formaction|src)="(/[^"#?]*)', page)
    }


def walked(app, organizer) -> set[str]:
    """Return the endpoints that are found from Today on."""
    map_, found, opened = app.url_map.bind("localhost"), set(), Counter()
    waiting, seen = deque(["/organize/"]), {"/organize/"}
    while waiting:
        path = waiting.popleft()
        try:
            endpoint, _ = map_.match(path, method="GET")
        except (HTTPException, RequestRedirect):
            continue
        found.add(endpoint)
        opened[endpoint] += 1
        if not path.startswith("/organize") or opened[endpoint] > OFTEN:
            continue
        answer = organizer.client.get(path)
        if not (answer.status_code == 200 and answer.mimetype == "text/html"):
            continue
        new = [each for each in leads_to(answer.text) if each not in seen]
        seen.update(new)
        waiting.extend(new)
    return found


@pytest.mark.both_engines
def test_every_page_of_the_desk_is_found_from_today(app, make, event):
    owner = make.organizer(role=OrganizerRole.OWNER)
    organizer = OrganizerAtDesk(app, owner)
    WholeDesk(make, event, owner).fill()
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/organize") and "GET" in rule.methods
    }
    db.session.rollback()

    assert pages - walked(app, organizer) == NO_PAGES | OTHER_DAYS.keys()
