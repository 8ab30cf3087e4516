"""No page of the desk asks the database more often because more people are registered."""

from datetime import timedelta

import pytest
from sqlalchemy import event as sql

from forum import clock
from forum.accounts.models import OrganizerRole
from forum.care.models import TaskKind
from forum.db import db, transaction
from forum.events.models import EventStatus, Mode
from forum.outbox.models import Message, MessageState
from forum.privacy.models import Consent, ConsentPurpose
from forum.registration.models import CareState, InviteLink, PairRule, Role, SessionPlace, Status
from forum.registration.telling import ask, tell
from tests.pages.organizer.whole_desk import WholeDesk

pytestmark = pytest.mark.sqlite_is_enough

FEW, MANY = 5, 30
"""So many of each kind there are at first, and then."""


def crowd(whole, first, last):
    """Let more people of each kind come, and more happen to them."""
    make, forum, now = whole.make, whole.event, clock.now()
    draft = make.event(slug=f"draft-{first}", status=EventStatus.DRAFT)
    other = make.event(slug=f"other-{first}", starts_at=now + timedelta(days=60))
    last_year = make.event(slug=f"last-{first}", starts_at=now - timedelta(days=200), hours=1)
    wish = {"text_version": "1", "language": "en", "given_at": now - timedelta(days=300)}
    wish["purpose"] = ConsentPurpose.NEXT_INVITATION
    for number in range(first, last):
        comes = make.registration(
            forum, needs="wheelchair", phone="+16175550142", roles=(Role.PATIENT,)
        )
        make.block(comes.email)
        welcome = make.welcome(comes)
        make.report(welcome, comes.email)
        make.calendar_reply(comes, "declined")
        db.session.add(
            SessionPlace(registration=comes, session=forum.sessions[0], status=Status.CONFIRMED)
        )
        phones = make.registration(forum, email=None, mode=Mode.PHONE, phone="+16175550142")
        make.registration(forum, care_state=CareState.PAUSED)
        gone = make.registration(forum, care_state=CareState.REMEMBERED)
        held = make.registration(forum, care_state=CareState.HELD, companion_of=gone)
        online = make.registration(forum, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
        waits = make.registration(forum, status=Status.WAITLISTED)
        make.offer(waits, ends_at=now + timedelta(days=2))
        pair = {"status": Status.WAITLISTED, "pair_rule": PairRule.TOGETHER}
        first_of_two = make.registration(forum, **pair)
        make.registration(forum, companion_of=first_of_two, **pair)
        make.registration(forum, status=Status.CANCELLED)
        make.registration(other)
        asks = make.registration(last_year)
        db.session.add(Consent(registration=asks, **wish))
        make.registration(draft)
        for person, state in ((online, MessageState.FAILED), (waits, MessageState.QUEUED)):
            db.session.add(
                Message(
                    email="confirmation",
                    registration=person,
                    facts={},
                    state=state,
                    dedupe_key=f"crowd:{person.id}",
                    created_at=now,
                    due_at=now,
                )
            )
        db.session.add(
            InviteLink(
                event=forum,
                label="Ward",
                lifts=("capacity",),
                uses_left=3,
                organizer=whole.organizer,
                created_at=now,
            )
        )
        make.organizer(role=OrganizerRole.COORDINATOR)
        make.session(forum, room=make.room(), capacity=8, speakers=(make.speaker(),))
        make.event(slug=f"spring-{number}", starts_at=now + timedelta(days=90 + number))
        make.event(
            slug=f"autumn-{number}",
            starts_at=now - timedelta(days=90 + number),
            hours=1,
            details={"promised_by": "2026-09-01"},
        )
        with transaction():
            tell("confirmation", phones, f"c{number}", now=now)
            ask(TaskKind.ASK_COMPANION, held, once=f"held{number}", now=now)
            ask(TaskKind.CHECK_PERSON, comes, once=f"check{number}", now=now)


def statements(desk, path):
    """Return the statements that a page takes."""
    found = []

    def note(*given):
        found.append(given[2])

    db.session.rollback()
    sql.listen(db.engine, "before_cursor_execute", note)
    desk.get(path)
    sql.remove(db.engine, "before_cursor_execute", note)
    return found


def test_no_page_of_the_desk_asks_more_often_because_more_people_are_there(
    app, make, event, petra, desk
):
    whole = WholeDesk(make, event, petra)
    whole.fill()
    crowd(whole, 0, FEW)
    pages = whole.pages(app)
    for path in pages:
        desk.get(path)  # what is read once for a process is read now
    few = {path: statements(desk, path) for path in pages}
    crowd(whole, FEW, MANY)
    for path in pages:
        desk.get(path)

    many = {path: statements(desk, path) for path in pages}

    grown = {
        path: f"{len(few[path])} statements, then {len(many[path])}"
        for path in pages
        if len(many[path]) > len(few[path])
    }
    assert grown == {}
