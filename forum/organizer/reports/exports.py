"""Lists of people as files that a spreadsheet and a mail merge can use, and do not run."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import xlsxwriter
from flask import Response, stream_with_context
from flask_babel.speaklater import LazyString

from forum import clock
from forum.care.rules import GONE, state_at
from forum.events.words import MODES, titled
from forum.i18n import _, lazy
from forum.organizer import words
from forum.organizer.reports.list_queries import FoodAndNeeds, SameAnswer
from forum.phones import phone_in_words
from forum.registration.details import Detail, Part, of
from forum.registration.models import CareState, Registration, SessionPlace, Status

BYTE_ORDER_MARK = "\ufeff"
"""Tells Excel that the file is UTF-8."""
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins so is computed by spreadsheets (OWASP, CSV Injection)."""
GIVEN_UP = Status.CANCELLED
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 40
"""Letters that a column is wide at most."""
MOST_LETTERS = 32_767
"""What a cell of Excel takes."""
Cell = str | int | datetime | date
Listed = TypeVar("Listed")


class Format(StrEnum):
    """What a file is read with."""

    XLSX = "xlsx"
    CSV = "csv"

    @property
    def mimetype(self) -> str:
        """Return its media type."""
        return XLSX_TYPE if self == Format.XLSX else "text/csv"


@dataclass(frozen=True)
class Column(Generic[Listed]):
    """One column of a file: what stands above it, and in it for each row, such as a person."""

    heading: LazyString
    cell: Callable[[Listed], Cell]


class AnswerRow(NamedTuple):
    """What some have told us, and what it is about."""

    about: LazyString
    said: SameAnswer


@dataclass(frozen=True)
class Sheet(Generic[Listed]):
    """A list, mostly of people, to be written in one format or another."""

    columns: Sequence[Column[Listed]]
    rows: Iterable[Listed]

    def lines(self) -> Iterator[str]:
        """Yield a CSV file line by line (RFC 4180)."""
        yield BYTE_ORDER_MARK + _line(str(column.heading) for column in self.columns)
        for each in self.rows:
            yield _line(_in_letters(column.cell(each)) for column in self.columns)

    def workbook(self) -> bytes:
        """Return an Excel file. Its cells are text or times, never formulas."""
        file = io.BytesIO()
        options = {"in_memory": True, "remove_timezone": True}
        with xlsxwriter.Workbook(file, options) as book:
            page = book.add_worksheet()
            bold = book.add_format({"bold": True})
            looks = {
                datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
                date: book.add_format({"num_format": "yyyy-mm-dd"}),
            }
            page.freeze_panes(1, 0)
            for place, column in enumerate(self.columns):
                page.write_string(0, place, str(column.heading), bold)
                page.set_column(place, place, min(max(len(str(column.heading)) + 2, 16), WIDEST))
            for row, each in enumerate(self.rows, start=1):
                for place, column in enumerate(self.columns):
                    cell = column.cell(each)
                    if isinstance(cell, str):
                        page.write_string(row, place, cell[:MOST_LETTERS])
                    elif isinstance(cell, int):
                        page.write_number(row, place, cell)
                    else:
                        page.write_datetime(row, place, cell, looks[type(cell)])
        return file.getvalue()


def registrations(people: Iterable[Registration], zone: str) -> Sheet[Registration]:
    """Return everyone with what each told us. Times are on the clock of `zone`."""
    registered = Column[Registration](
        lazy("Registered"), lambda each: _local(each.registered_at, zone)
    )
    return Sheet([*REGISTRATIONS, registered], people)


def merge(people: Iterable[Registration]) -> Sheet[Registration]:
    """Return those who are written to with a mail merge."""
    return Sheet(MERGE, people)


def invitations(people: Iterable[Registration]) -> Sheet[Registration]:
    """Return those who want the next invitation."""
    return Sheet(INVITATIONS, people)


def told(table: FoodAndNeeds, *, with_names: bool) -> Sheet[AnswerRow]:
    """Return how many have told what, of food and of what would help; with their names or not."""
    rows = [AnswerRow(label, said) for label, several in table.parts for said in several]
    columns: list[Column[AnswerRow]] = [
        Column(lazy("About"), lambda row: str(row.about)),
        Column(lazy("What they told us"), lambda row: row.said.words),
        Column(lazy("People"), lambda row: len(row.said.names)),
    ]
    if with_names:
        columns.append(Column(lazy("Who"), lambda row: "; ".join(row.said.names)))
    return Sheet(columns, rows)


def give(sheet: Sheet[Listed], kind: Format, name: str) -> Response:
    """Return a list of people as a file of this name."""
    body = stream_with_context(sheet.lines()) if kind == Format.CSV else sheet.workbook()
    return Response(
        body,
        mimetype=kind.mimetype,
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )


def _local(at: datetime, zone: str) -> datetime:
    """Return a time as a clock on the wall shows it, to the minute."""
    return at.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0, tzinfo=None)


def _in_letters(cell: Cell) -> str:
    """Return a cell as text that spreadsheets read as what it is: a time as "2026-11-23 10:00"."""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return str(cell) if isinstance(cell, str | int) else cell.isoformat()


def _told(*parts: Part) -> list[Column[Registration]]:
    """Return what people have told us of themselves, a column for each detail."""
    return [
        Column(detail.desk_label, partial(_cell, detail))
        for detail in of(*parts)
        if detail.desk_label and detail.is_in_export
    ]


def _cell(detail: Detail, registration: Registration) -> str:
    return detail.kind.cell(getattr(registration, detail.name))


def _phone(registration: Registration) -> str:
    """Return a number as people dial it. It begins with no sign that a spreadsheet computes.

    What is no plain number, such as one with a name beside it, stays as it was said.
    """
    number = phone_in_words(registration.phone)
    code, _space, rest = number.partition(" ")
    return f"({code}) {rest}" if number.startswith("+") and rest else number


def _place(registration: Registration) -> str:
    status, _look = words.standing(registration)
    return status


def _care_now(registration: Registration) -> CareState:
    return state_at(registration, now=clock.now())


def _sessions(registration: Registration) -> str:
    chosen = [place for place in registration.session_places if place.status != GIVEN_UP]
    return "; ".join(_session(place) for place in chosen)


def _session(place: SessionPlace) -> str:
    title = titled(place.session)
    return _("%(title)s (waitlist)", title=title) if place.status == Status.WAITLISTED else title


def _comes_with(registration: Registration) -> str:
    """Return with whom someone comes: whom she brought, or who brought her."""
    beside = [registration.companion_of, *registration.companions]
    return "; ".join(
        each.name
        for each in beside
        if each is not None and each.status != GIVEN_UP and each.care_state not in GONE
    )


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(_safe(cell) for cell in cells)
    return text.getvalue()


def _safe(cell: str) -> str:
    """Return a cell that is shown as it stands, also where it looks like a formula."""
    return f"'{cell}" if cell.startswith(STARTS_FORMULA) else cell


NAME, *_REACH = _told(Part.REACH)
EMAIL = Column[Registration](lazy("Email"), lambda each: each.email or "")
PHONE = Column(lazy("Phone"), _phone)
LANGUAGE = Column[Registration](lazy("Language"), lambda each: each.language)
HOW = Column[Registration](lazy("How"), lambda each: str(MODES[each.mode]))
PLACE = Column(lazy("Place"), _place)
REGISTRATIONS = (
    *(NAME, EMAIL, PHONE, HOW, PLACE),
    Column(lazy("Comes with"), _comes_with),
    *_told(Part.ABOUT),
    Column(lazy("Sessions"), _sessions),
    *_told(Part.HELP, Part.MAIL),
    Column(lazy("Care state"), lambda each: str(words.CARE_STATES[_care_now(each)])),
)
MERGE = (NAME, EMAIL, LANGUAGE, HOW, PLACE)
INVITATIONS = (
    *(NAME, EMAIL),
    Column[Registration](lazy("Phone"), lambda each: "" if each.email else _phone(each)),
    LANGUAGE,
)
