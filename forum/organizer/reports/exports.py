"""Rows for a spreadsheet that a spreadsheet does not run."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from flask_babel.speaklater import LazyString

from forum.events.words import MODES
from forum.i18n import _, lazy
from forum.organizer import words
from forum.organizer.words import moment
from forum.registration.details import Detail, Part, of
from forum.registration.models import Registration, SessionPlace, Status

BYTE_ORDER_MARK = "\ufeff"
"""Tells Excel that the file is UTF-8."""
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins so is computed by spreadsheets (OWASP, CSV Injection)."""
GIVEN_UP = Status.CANCELLED


@dataclass(frozen=True)
class Column:
    """One column of a file: what stands above it, and in it for each person."""

    heading: LazyString
    cell: Callable[[Registration], str]


def registrations(people: Iterable[Registration], zone: str) -> Iterator[str]:
    """Yield a CSV file line by line (RFC 4180). Times are on the clock of `zone`."""
    registered = Column(lazy("Registered"), lambda each: moment(each.registered_at, zone))
    return _file([*REGISTRATIONS, registered], people)


def letters(people: Iterable[Registration]) -> Iterator[str]:
    """Yield a CSV file of those to whom letters are written."""
    return _file(LETTERS, people)


def invitations(people: Iterable[Registration]) -> Iterator[str]:
    """Yield a CSV file of those who want the next invitation."""
    return _file(INVITATIONS, people)


def _file(columns: Sequence[Column], people: Iterable[Registration]) -> Iterator[str]:
    yield BYTE_ORDER_MARK + _line(str(column.heading) for column in columns)
    for each in people:
        yield _line(column.cell(each) for column in columns)


def _told(*parts: Part) -> list[Column]:
    """Return what people have told us of themselves, a column for each detail."""
    return [
        Column(detail.desk_label, partial(_cell, detail))
        for detail in of(*parts)
        if detail.desk_label and detail.is_in_export
    ]


def _cell(detail: Detail, registration: Registration) -> str:
    return detail.kind.cell(getattr(registration, detail.name))


def _place(registration: Registration) -> str:
    status, _look = words.STATUSES[registration.status]
    return str(status)


def _sessions(registration: Registration) -> str:
    chosen = [place for place in registration.session_places if place.status != GIVEN_UP]
    return "; ".join(_session(place) for place in chosen)


def _session(place: SessionPlace) -> str:
    if place.status == Status.WAITLISTED:
        return _("%(title)s (waitlist)", title=place.session.title)
    return place.session.title


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(_safe(cell) for cell in cells)
    return text.getvalue()


def _safe(cell: str) -> str:
    """Return a cell that is shown as it stands, also where it looks like a formula."""
    return f"'{cell}" if cell.startswith(STARTS_FORMULA) else cell


NAME, *REACH = _told(Part.REACH)
EMAIL = Column(lazy("Email"), lambda each: each.email or "")
LANGUAGE = Column(lazy("Language"), lambda each: each.language)
HOW = Column(lazy("How"), lambda each: str(MODES[each.mode]))
REGISTRATIONS = (
    *(NAME, EMAIL, *REACH, HOW),
    Column(lazy("Place"), _place),
    *_told(Part.ABOUT),
    Column(lazy("Sessions"), _sessions),
    *_told(Part.HELP, Part.MAIL),
    Column(lazy("Care state"), lambda each: str(words.CARE_STATES[each.care_state])),
)
LETTERS = (NAME, EMAIL, LANGUAGE, HOW)
INVITATIONS = (
    *(NAME, EMAIL),
    Column(lazy("Phone"), lambda each: "" if each.email else each.phone),
    LANGUAGE,
)
