"""A file for a spreadsheet: who is in it, and what a spreadsheet makes of it."""

import csv
import io
from datetime import datetime, timedelta

import openpyxl
import pytest
from sqlalchemy import select

from forum.audit.models import Action, AuditEntry
from forum.db import db
from forum.registration.models import CareState, SessionPlace, Status

pytestmark = pytest.mark.sqlite_is_enough

ADDRESS = "/organize/events/forum-2027/registrations/export"


def rows(desk):
    token = desk.get(ADDRESS).form()["csrf_token"]
    response = desk.client.post(ADDRESS, data={"csrf_token": token, "format": "csv"})
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


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ("+16175550142", "617-555-0142"),
        ("+442079460958", "(+44) 20 7946 0958"),
    ],
)
def test_a_phone_number_is_one_that_a_mail_merge_can_print(  # noqa: PLR0917 - fixtures
    make, desk, passkey, event, kept, read
):
    make.registration(event, phone=kept)

    assert rows(desk)[0]["Phone"] == read
    assert sheet(desk)[0]["Phone"] == read


def test_a_time_is_one_that_excel_reads(make, desk, passkey, event):
    make.registration(event)

    assert rows(desk)[0]["Registered"] == "2026-11-01 07:00"
    assert sheet(desk)[0]["Registered"] == datetime(2026, 11, 1, 7, 0)  # noqa: DTZ001 - of a wall clock


def test_who_comes_with_whom_stands_beside_both(make, desk, passkey, event):
    ada = make.registration(event, name="Ada")
    make.registration(event, name="Boris", companion_of=ada)
    ione = make.registration(event, name="Ione", care_state=CareState.REMEMBERED)
    make.registration(event, name="Jasper", companion_of=ione)

    with_whom = {row["Name"]: row["Comes with"] for row in rows(desk)}

    assert with_whom == {"Ada": "Boris", "Boris": "Ada", "Jasper": ""}


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "{=1}"])
def test_no_cell_of_an_excel_file_is_a_formula(make, desk, passkey, event, name):
    make.registration(event, needs=name)

    assert sheet(desk)[0]["Would help"] == name
    assert [cell.data_type for row in workbook(desk) for cell in row].count("f") == 0


def workbook(desk):
    token = desk.get(ADDRESS).form()["csrf_token"]
    response = desk.client.post(ADDRESS, data={"csrf_token": token, "format": "xlsx"})
    assert response.headers["Content-Disposition"].endswith('registrations.xlsx"')
    return openpyxl.load_workbook(io.BytesIO(response.data)).active


def sheet(desk) -> list[dict[str, object]]:
    """Return the rows of the Excel file, as another program reads it."""
    head, *body = workbook(desk).iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body]
