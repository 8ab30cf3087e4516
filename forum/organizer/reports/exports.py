"""Rows for a spreadsheet that a spreadsheet does not run."""

import csv
import io
from collections.abc import Iterable, Iterator

from forum.events.words import MODES
from forum.i18n import _
from forum.organizer import words
from forum.organizer.words import moment
from forum.registration.models import Registration, Role, SessionPlace, Status

BYTE_ORDER_MARK = "\ufeff"
"""Tells Excel that the file is UTF-8."""
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins so is computed by spreadsheets (OWASP, CSV Injection)."""
GIVEN_UP = Status.CANCELLED


def registrations(people: Iterable[Registration], zone: str) -> Iterator[str]:
    """Yield a CSV file line by line (RFC 4180). Times are on the clock of `zone`."""
    yield BYTE_ORDER_MARK + _line(_heading())
    for registration in people:
        yield _line(_row(registration, zone))


def letters(people: Iterable[Registration]) -> Iterator[str]:
    """Yield a CSV file of those to whom letters are written."""
    yield BYTE_ORDER_MARK + _line([_("Name"), _("Email"), _("Language"), _("How")])
    for each in people:
        yield _line([each.name, each.email or "", each.language, str(MODES[each.mode])])


def invitations(people: Iterable[Registration]) -> Iterator[str]:
    """Yield a CSV file of those who want the next invitation."""
    yield BYTE_ORDER_MARK + _line([_("Name"), _("Email"), _("Phone"), _("Language")])
    for each in people:
        phone = "" if each.email else each.phone
        yield _line([each.name, each.email or "", phone, each.language])


def _heading() -> list[str]:
    return [
        _("Name"),
        _("Email"),
        _("Phone"),
        _("How"),
        _("Place"),
        _("Role"),
        _("Certificate"),
        _("Sessions"),
        _("Would help"),
        _("Food"),
        _("Question"),
        _("Note"),
        _("Language"),
        _("Time zone"),
        _("Care state"),
        _("Registered"),
    ]


def _row(registration: Registration, zone: str) -> list[str]:
    status, _look = words.STATUSES[registration.status]
    return [
        registration.name,
        registration.email or "",
        registration.phone,
        str(MODES[registration.mode]),
        str(status),
        ", ".join(str(words.ROLES[Role(role)]) for role in registration.roles),
        _("Yes") if registration.wants_certificate else _("No"),
        "; ".join(
            _session(place) for place in registration.session_places if place.status != GIVEN_UP
        ),
        registration.needs,
        registration.food,
        registration.question,
        registration.note,
        registration.language,
        registration.timezone,
        str(words.CARE_STATES[registration.care_state]),
        moment(registration.registered_at, zone),
    ]


def _session(place: SessionPlace) -> str:
    if place.status == Status.WAITLISTED:
        return _("%(title)s (waits)", title=place.session.title)
    return place.session.title


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(_safe(cell) for cell in cells)
    return text.getvalue()


def _safe(cell: str) -> str:
    """Return a cell that is shown as it stands, also where it looks like a formula."""
    return f"'{cell}" if cell.startswith(STARTS_FORMULA) else cell
