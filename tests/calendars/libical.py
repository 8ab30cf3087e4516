"""libical, the parser of Evolution, KOrganizer and many servers, called by its C interface."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache

from tests.calendars.readers import Reading

LIBRARY = "libical.so.3"


class Time(ctypes.Structure):
    """`struct icaltimetype`."""

    _fields_ = [
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second")),
        ("is_date", ctypes.c_int),
        ("is_daylight", ctypes.c_int),
        ("zone", ctypes.c_void_p),
    ]


FUNCTIONS = {
    "icalparser_parse_string": (ctypes.c_void_p, ctypes.c_char_p),
    "icalcomponent_free": (None, ctypes.c_void_p),
    "icalcomponent_count_errors": (ctypes.c_int, ctypes.c_void_p),
    "icalrestriction_check": (ctypes.c_int, ctypes.c_void_p),
    "icalcomponent_string_to_kind": (ctypes.c_int, ctypes.c_char_p),
    "icalproperty_string_to_kind": (ctypes.c_int, ctypes.c_char_p),
    "icalcomponent_get_first_component": (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int),
    "icalcomponent_get_next_component": (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int),
    "icalcomponent_get_first_property": (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int),
    "icalcomponent_get_next_property": (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int),
    "icalcomponent_get_uid": (ctypes.c_char_p, ctypes.c_void_p),
    "icalcomponent_get_sequence": (ctypes.c_int, ctypes.c_void_p),
    "icalcomponent_get_status": (ctypes.c_int, ctypes.c_void_p),
    "icalproperty_status_to_string": (ctypes.c_char_p, ctypes.c_int),
    "icalcomponent_get_method": (ctypes.c_int, ctypes.c_void_p),
    "icalproperty_method_to_string": (ctypes.c_char_p, ctypes.c_int),
    "icalcomponent_get_summary": (ctypes.c_char_p, ctypes.c_void_p),
    "icalcomponent_get_location": (ctypes.c_char_p, ctypes.c_void_p),
    "icalcomponent_get_description": (ctypes.c_char_p, ctypes.c_void_p),
    "icalproperty_get_categories": (ctypes.c_char_p, ctypes.c_void_p),
    "icalcomponent_get_dtstart": (Time, ctypes.c_void_p),
    "icalcomponent_get_dtend": (Time, ctypes.c_void_p),
    "icaltime_as_timet_with_zone": (ctypes.c_long, Time, ctypes.c_void_p),
}


@cache
def library() -> ctypes.CDLL | None:
    """Return libical, its functions ready to call, or None where it is not installed."""
    try:
        found = ctypes.CDLL(LIBRARY)
    except OSError:
        return None
    for name, (answer, *given) in FUNCTIONS.items():
        function = getattr(found, name)
        function.restype, function.argtypes = answer, given
    return found


def read_with_libical(data: bytes) -> list[Reading]:
    """Read a file that must have no error in it."""
    with _parsed(data) as calendar:
        assert library().icalcomponent_count_errors(calendar) == 0
        method = library().icalcomponent_get_method(calendar)
        name = library().icalproperty_method_to_string(method).decode()
        return [_reading(event, name) for event in _parts(calendar, b"VEVENT")]


def keeps_the_rules_of_its_method(data: bytes) -> bool:
    """Tell whether a file has what RFC 5546 3.2 wants of its method, and nothing it forbids."""
    with _parsed(data) as calendar:
        is_right = bool(library().icalrestriction_check(calendar))
        return is_right and library().icalcomponent_count_errors(calendar) == 0


@contextmanager
def _parsed(data: bytes) -> Iterator[int]:
    calendar = library().icalparser_parse_string(data)
    assert calendar, "libical cannot read it at all"
    try:
        yield calendar
    finally:
        library().icalcomponent_free(calendar)


def _reading(event: int, method: str) -> Reading:
    ical = library()
    return Reading(
        method=method,
        uid=ical.icalcomponent_get_uid(event).decode(),
        sequence=ical.icalcomponent_get_sequence(event),
        status=ical.icalproperty_status_to_string(ical.icalcomponent_get_status(event)).decode(),
        starts_at=_instant(ical.icalcomponent_get_dtstart(event)),
        ends_at=_instant(ical.icalcomponent_get_dtend(event)),
        summary=_text(ical.icalcomponent_get_summary(event)),
        location=_text(ical.icalcomponent_get_location(event)),
        description=_text(ical.icalcomponent_get_description(event)),
        categories=tuple(
            _text(ical.icalproperty_get_categories(each))
            for each in _properties(event, b"CATEGORIES")
        ),
    )


def _instant(time: Time) -> datetime:
    """Return when it is, by the VTIMEZONE of the file itself."""
    seconds = library().icaltime_as_timet_with_zone(time, time.zone)
    return datetime.fromtimestamp(seconds, UTC)


def _text(found: bytes | None) -> str:
    return (found or b"").decode()


def _parts(calendar: int, name: bytes) -> Iterator[int]:
    kind = library().icalcomponent_string_to_kind(name)
    part = library().icalcomponent_get_first_component(calendar, kind)
    while part:
        yield part
        part = library().icalcomponent_get_next_component(calendar, kind)


def _properties(event: int, name: bytes) -> Iterator[int]:
    kind = library().icalproperty_string_to_kind(name)
    found = library().icalcomponent_get_first_property(event, kind)
    while found:
        yield found
        found = library().icalcomponent_get_next_property(event, kind)
