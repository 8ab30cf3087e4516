"""A file for a spreadsheet: who is in it, and what a spreadsheet makes of it."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.accounts.models import SignIn
from forum.audit.models import Action, AuditEntry
from forum.db import db, transaction
from forum.registration.models import CareState, SessionPlace, Status
from tests.desk import OrganizerAtDesk

ADDRESS = "/organize/events/forum-2027/registrations/export"


@pytest.fixture
def event(make):
    return make.event(slug="forum-2027")


@pytest.fixture
def desk(app, make, event):
    return OrganizerAtDesk(app, make.organizer())


def passkey_says_yes():
    with transaction():
        sign_in = db.session.scalars(select(SignIn)).one()
        sign_in.passkey_at = clock.now()


def rows(desk):
    token = desk.get(ADDRESS).form()["csrf_token"]
    response = desk.client.post(ADDRESS, data={"csrf_token": token})
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))


def test_without_a_passkey_nothing_leaves(desk):
    for answer in (desk.client.get(ADDRESS), desk.client.post(ADDRESS, data=token_of(desk))):
        assert answer.status_code == 303
        assert answer.location.startswith("/organize/confirm")


def token_of(desk):
    return {"csrf_token": desk.get("/organize/me/").form()["csrf_token"]}


def test_a_passkeys_yes_counts_for_ten_minutes(desk, today):
    passkey_says_yes()
    today.shift(timedelta(minutes=9))
    assert desk.get(ADDRESS).heading == "Export registrations"
    today.shift(timedelta(minutes=1))

    assert desk.client.get(ADDRESS).status_code == 303


def test_the_file_has_who_comes_and_who_waits_and_nobody_else(make, desk, event):
    make.registration(event, name="Ada")
    make.registration(event, name="Boris", status=Status.WAITLISTED)
    make.registration(event, name="Cora", status=Status.CANCELLED)
    make.registration(event, name="Ione", care_state=CareState.REMEMBERED)
    make.registration(make.event(), name="Other")
    passkey_says_yes()

    assert [row["Name"] for row in rows(desk)] == ["Ada", "Boris"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "=cmd|' /C calc'!A0"])
def test_no_cell_is_a_formula(make, desk, event, name):
    make.registration(event, name="Ada", needs=name)
    passkey_says_yes()

    assert rows(desk)[0]["Would help"] == f"'{name}"


def test_quotes_commas_and_lines_stay_in_their_cell(make, desk, event):
    make.registration(event, name="Ada", note='She said "yes", twice.\nThen no.')
    passkey_says_yes()

    assert rows(desk)[0]["Note"] == 'She said "yes", twice.\nThen no.'


def test_her_sessions_are_named(make, desk, event):
    session = make.session(event, capacity=2, title="Circle")
    ada = make.registration(event)
    make._keep(SessionPlace(registration=ada, session=session, status=Status.CONFIRMED))
    passkey_says_yes()

    assert rows(desk)[0]["Sessions"] == "Circle"


def test_that_it_was_taken_is_written_down(make, desk, event):
    passkey_says_yes()
    rows(desk)

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == Action.EXPORTED)).one()
    assert (entry.organizer_id, entry.subject_id, entry.facts) == (
        desk.organizer.id,
        event.id,
        {"what": "registrations"},
    )
