"""Invite links at the desk: made, listed, and ended when that is enough."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from forum import clock
from forum.audit.models import Action, AuditEntry
from forum.db import db, transaction
from forum.registration.models import InviteLink
from forum.registration.places import invites
from tests.people import XHTML

pytestmark = pytest.mark.sqlite_is_enough

ROOM = "/organize/events/forum-2027/invites"
SPEAKERS = {"label": "Speakers", "lifts": ["closing", "capacity"]}


@pytest.fixture
def event(make):
    return make.event(slug="forum-2027", capacity=0)


@pytest.fixture
def made(event, petra):
    """Make a link that sets the capacity aside, for any number of people."""
    with transaction():
        return invites.make(event, "Family", ("capacity",), None, None, by=petra, now=clock.now())


def test_a_link_is_made_listed_and_written_down(desk, event, petra):
    assert desk.submit(ROOM, **SPEAKERS, people="3", until="2027-04-20T17:00") == ROOM

    link = db.session.scalars(select(InviteLink)).one()
    made = (link.event_id, link.label, link.lifts, link.uses_left, link.expires_at)
    until = datetime(2027, 4, 20, 21, 0, tzinfo=UTC)
    assert made == (event.id, "Speakers", ("closing", "capacity"), 3, until)
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == Action.INVITE_LINK_MADE)
    ).one()
    facts = {"event": "forum-2027", "lifts": ["closing", "capacity"], "people": 3}
    assert (entry.organizer_id, entry.facts) == (petra.id, facts)
    text = desk.get(ROOM).text
    assert "Speakers" in text
    assert "Used by 0 of 3 people Works until Tue, Apr 20, 2027, 5:00 pm" in text


def test_the_link_to_copy_is_absolute_and_leads_to_this_event(app, desk, event):
    desk.submit(ROOM, **SPEAKERS)

    shown = [
        field.get("value")
        for field in desk.get(ROOM).one("main").iter(XHTML + "input")
        if field.get("readonly") is not None
    ]

    link = db.session.scalars(select(InviteLink)).one()
    base = app.extensions["forum"].base_url.rstrip("/")
    assert shown == [f"{base}/events/forum-2027/register?invite={invites.token_of(link)}"]


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"label": " "}, "Enter what the link is for"),
        ({"label": "x" * 101}, "Use 100 characters or fewer"),
        ({"lifts": []}, "Choose what the link allows"),
        ({"people": "0"}, "Enter a number from 1 to 100,000"),
        ({"until": "2026-11-23T09:59"}, "Choose a time that is still to come"),
        (
            {"until": "2027-03-14T02:30"},
            "The clocks skip this time that night. Choose another.",
        ),
    ],
)
def test_a_bad_link_is_refused_in_a_sentence(desk, answers, sentence):
    page = desk.submit(ROOM, status=422, **{**SPEAKERS, **answers})

    assert page.errors() == [sentence]
    assert db.session.scalars(select(InviteLink)).all() == []


def test_ending_a_link_asks_first_and_is_written_down(desk, event, made, petra):
    address = desk.get(ROOM).links()["End this link: Family"]

    assert "Whoever has registered keeps the place." in desk.get(address).text
    assert desk.submit(address) == ROOM

    text = desk.get(ROOM).text
    assert "Family" in text
    assert "Ended by an organizer on Mon, Nov 23, 2026, 10:00 am" in text
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == Action.INVITE_LINK_REVOKED)
    ).one()
    assert (entry.subject_id, entry.organizer_id) == (made.id, petra.id)


def test_a_link_of_another_event_is_not_found_here(desk, make, made):
    make.event(slug="other")

    desk.get(f"/organize/events/other/invites/{made.id}/revoke", status=404)
