"""A file for a spreadsheet: who is in it, and what a spreadsheet makes of it."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.audit.models import Action, AuditEntry
from forum.db import db
from forum.registration.models import CareState, SessionPlace, Status

pytestmark = pytest.mark.sqlite_is_enough

ADDRESS = "/organize/events/forum-2027/registrations/export"


def rows(desk):
    token = desk.get(ADDRESS).form()["csrf_token"]
    response = desk.client.post(ADDRESS, data={"csrf_token": token})
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))


def test_without_a_passkey_nothing_leaves(desk):
    asked = desk.client.get(ADDRESS)
    assert asked.status_code == 303
    assert asked.location.startswith("/organize/confirm")
    assert desk.post(ADDRESS, token_of(desk), status=403).heading == "Confirm that it is you"


def token_of(desk):
    return {"csrf_token": desk.get("/organize/me/").form()["csrf_token"]}


def test_a_passkeys_yes_counts_for_ten_minutes(desk, passkey, today):
    today.shift(timedelta(minutes=9))
    assert desk.get(ADDRESS).heading == "Export registrations"
    today.shift(timedelta(minutes=1))

    assert desk.client.get(ADDRESS).status_code == 303


def test_the_file_has_who_comes_and_who_waits_and_nobody_else(make, desk, passkey, event):
    make.registration(event, name="Ada")
    make.registration(event, name="Boris", status=Status.WAITLISTED)
    make.registration(event, name="Cora", status=Status.CANCELLED)
    make.registration(event, name="Ione", care_state=CareState.REMEMBERED)
    make.registration(make.event(), name="Other")

    assert [row["Name"] for row in rows(desk)] == ["Ada", "Boris"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "=cmd|' /C calc'!A0"])
def test_no_cell_is_a_formula(make, desk, passkey, event, name):
    make.registration(event, name="Ada", needs=name)

    assert rows(desk)[0]["Would help"] == f"'{name}"


def test_quotes_commas_and_lines_stay_in_their_cell(make, desk, passkey, event):
    make.registration(event, name="Ada", note='She said "yes", twice.\nThen no.')

    assert rows(desk)[0]["Note"] == 'She said "yes", twice.\nThen no.'


@pytest.mark.both_engines
def test_her_sessions_are_named(make, desk, passkey, event):
    session = make.session(event, capacity=2, title="Circle")
    ada = make.registration(event)
    make._keep(SessionPlace(registration=ada, session=session, status=Status.CONFIRMED))

    assert rows(desk)[0]["Sessions"] == "Circle"


def test_that_it_was_taken_is_written_down(make, desk, passkey, event):
    rows(desk)

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == Action.EXPORTED)).one()
    assert (entry.organizer_id, entry.subject_id, entry.facts) == (
        desk.organizer.id,
        event.id,
        {"what": "registrations"},
    )
