"""The kinds of single values in a programme file: how each is read, and what is said when not."""

import re
from collections.abc import Callable, Collection
from datetime import date
from functools import cache
from typing import TypeVar
from unicodedata import category
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from forum.addresses import one_line, several_lines
from forum.programme.reading import walltimes, zones
from forum.programme.reading.faults import Faults
from forum.programme.reading.nodes import Mapping, Scalar
from forum.programme.reading.parts import (
    FilePart,
    Spot,
    ValueKind,
    is_read,
    key,
    part,
    read_part,
    shown,
    unread,
)
from forum.programme.reading.walltimes import WallTime
from forum.reminders.rules import lead_time
from forum.tongues import Both, Text

T = TypeVar("T")

LONGEST_LINE = 200
LONGEST_PROSE = 4000
LARGEST_NUMBER = 1_000_000
NEVER = "never"
UNLIMITED = "unlimited"
_BREAKS = {"Cc", "Zl", "Zp"}


class Unfit(ValueError):
    """A value that does not fit its key; the text says what would, `names` what was meant."""

    def __init__(self, text: str, names: Collection[str] = ()) -> None:
        """Keep both."""
        super().__init__(text)
        self.names = names


def _scalar(convert: Callable[[Scalar], T], write: Callable[[T], object]) -> ValueKind[T]:
    def read(spot: Spot, faults: Faults) -> T:
        if not isinstance(spot.node, Scalar):
            faults.found.append(spot.fault("must be a single value"))
            return unread()  # type: ignore[no-any-return]
        try:
            return convert(spot.node)
        except Unfit as unfit:
            hint = faults.did_you_mean(spot.node.text, unfit.names)
            faults.found.append(spot.fault(f"{unfit}{hint}"))
            return unread()  # type: ignore[no-any-return]

    return ValueKind(read, write)


def _text(*, most: int, is_line: bool) -> ValueKind[str]:
    def convert(node: Scalar) -> str:
        if node.tag != "str":
            raise Unfit(f"must be text; write it in quotes: {shown(node.text)}")
        typed = node.text.strip()
        allowed = "" if is_line else "\n"
        if any(category(each) in _BREAKS and each not in allowed for each in typed):
            raise Unfit("must be one line of text" if is_line else "holds a control character")
        text = one_line(typed) if is_line else several_lines(typed)
        if not text:
            raise Unfit("empty")
        if len(text) > most:
            raise Unfit(f"longer than {most} characters")
        return text

    return _scalar(convert, str)


line = _text(most=LONGEST_LINE, is_line=True)
prose = _text(most=LONGEST_PROSE, is_line=False)


@part
class _Lines(FilePart):
    """A line in each language."""

    en: str = key(line)
    es: str = key(line)


@part
class _Proses(FilePart):
    """A longer text in each language."""

    en: str = key(prose)
    es: str = key(prose)


def _in_both(alone: ValueKind[str], both: type[_Lines] | type[_Proses]) -> ValueKind[Text]:
    """Return the kind of a text that is written once, or in each language."""

    def read(spot: Spot, faults: Faults) -> Text:
        if not isinstance(spot.node, Mapping):
            return alone.read(spot, faults)
        found = read_part(both, spot, faults)
        if not is_read(found.en, found.es):
            return unread()  # type: ignore[no-any-return]
        return Both(found.en, found.es)

    return ValueKind(read, lambda text: text._asdict() if isinstance(text, Both) else text)


lines = _in_both(line, _Lines)
proses = _in_both(prose, _Proses)


def _shaped(pattern: str, what: str) -> ValueKind[str]:
    def convert(node: Scalar) -> str:
        if node.tag != "str":
            raise Unfit(f"must be text; write it in quotes: {shown(node.text)}")
        if not re.fullmatch(pattern, node.text, re.ASCII):
            raise Unfit(f"{shown(node.text)} is not {what}")
        return node.text

    return _scalar(convert, str)


PHONE_NUMBER = r"\+[0-9][0-9-]{5,22}[0-9]"
"""A number with its country code (E.164), with hyphens to read it by."""
name_id = _shaped(r"[a-z0-9][a-z0-9_-]{0,39}", "an id (small letters, digits, - and _, at most 40)")
slug = _shaped(r"(?=.{1,60}$)[a-z0-9]+(-[a-z0-9]+)*", "a slug (small letters, digits, single -)")
word = _shaped(r"[a-z][a-z0-9_]{0,39}", "a word of small letters, digits and _")
email = _shaped(r"[^\s@<>(),;:\"\\\[\]]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", "an email address")
phone = _shaped(PHONE_NUMBER, 'a phone number like "+1-617-555-0142"')
uid = _shaped(r"[A-Za-z0-9][A-Za-z0-9@.-]{7,199}", "a calendar UID")
DAY_HOURS = r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d"
"""From when to when on one day, on a clock on the wall."""
day_hours = _shaped(DAY_HOURS, 'hours like "07:00-17:00"')
fingerprint = _shaped(r"[0-9a-f]{12}", "a fingerprint of 12 letters")
minutes = _shaped(r"[1-9][0-9]{0,2}min", 'minutes, like "15min"')
timecode = _shaped(r"[0-9]{1,3}:[0-5][0-9](:[0-5][0-9])?", 'a time in a recording, like "03:10"')
year_span = _shaped(r"\d{4}-\d\d\.\.\d{4}-\d\d", 'a span of months, like "2026-10..2027-09"')


def _web_address(node: Scalar) -> str:
    try:
        parts = urlsplit(node.text)
        is_fit = parts.scheme in {"https", "http"} and bool(parts.hostname)
    except ValueError:
        is_fit = False
    if not is_fit or not re.fullmatch(r"[\x21-\x7e]{1,500}", node.text):
        raise Unfit(f'{shown(node.text)} is not a web address like "https://live.example/room"')
    return node.text


web_address = _scalar(_web_address, str)


def whole(least: int = 0, most: int = LARGEST_NUMBER) -> ValueKind[int]:
    """Return the kind of a whole number from `least` to `most`."""

    def convert(node: Scalar) -> int:
        if node.tag != "int" or not re.fullmatch(r"-?(0|[1-9][0-9]{0,17})", node.text, re.ASCII):
            raise Unfit(f"{shown(node.text)} is not a whole number")
        if not least <= int(node.text) <= most:
            raise Unfit(f"{node.text} is not between {least} and {most}")
        return int(node.text)

    return _scalar(convert, int)


def _yes_no(node: Scalar) -> bool:
    if node.tag != "bool":
        raise Unfit(f"{shown(node.text)} is not true or false")
    return node.text.lower() in {"true", "yes", "on"}


yes_no = _scalar(_yes_no, bool)


def choice(*names: str) -> ValueKind[str]:
    """Return the kind of one of these words."""

    def convert(node: Scalar) -> str:
        if node.text not in names:
            raise Unfit(f"{shown(node.text)} is not one of {', '.join(names)}")
        return node.text

    return _scalar(convert, str)


def _capacity(node: Scalar) -> int | None:
    if node.text == UNLIMITED:
        return None
    if node.tag != "int" or not re.fullmatch(r"-?[0-9]{1,18}", node.text, re.ASCII):
        raise Unfit(f"{shown(node.text)} is not a whole number or {UNLIMITED}")
    if not 0 <= int(node.text) <= LARGEST_NUMBER:
        raise Unfit(f"{node.text} is not between 0 and {LARGEST_NUMBER}")
    return int(node.text)


capacity = _scalar(_capacity, lambda places: UNLIMITED if places is None else places)


def _day(node: Scalar) -> date:
    try:
        return walltimes.day(node.text)
    except ValueError:
        raise Unfit(f'{shown(node.text)} is not a date like "2027-04-24"') from None


day = _scalar(_day, lambda value: value)


def _wall_time(node: Scalar) -> WallTime:
    try:
        return walltimes.wall_time(node.text)
    except ValueError:
        raise Unfit(f'{shown(node.text)} is not a time like "09:30"') from None


wall_time = _scalar(_wall_time, str)


def _moment(node: Scalar) -> WallTime:
    try:
        written = walltimes.wall_time(node.text)
    except ValueError:
        written = None
    if written is None or written.day is None:
        raise Unfit(f'{shown(node.text)} is not a day and time like "2027-01-25T09:00"')
    return written


moment = _scalar(_moment, str)


def _deadline(node: Scalar) -> WallTime | None:
    return None if node.text == NEVER else _moment(node)


deadline = _scalar(_deadline, lambda value: NEVER if value is None else str(value))


def _clock(node: Scalar) -> str:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", node.text, re.ASCII):
        raise Unfit(f'{shown(node.text)} is not a time of day like "10:00"')
    return node.text


clock = _scalar(_clock, str)


def _lead(node: Scalar) -> str:
    try:
        lead_time(node.text)
    except ValueError:
        text = f"{shown(node.text)} is not a length of time like P7D or PT90M (ISO 8601)"
        raise Unfit(text) from None
    return node.text


lead = _scalar(_lead, str)


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(node: Scalar) -> str:
    if node.text not in _zone_names():
        if meant := zones.likely(node.text):
            raise Unfit(f'no time zone {shown(node.text)}; did you mean "{meant}"?')
        region = node.text.partition("/")[0]
        places = {name for name in _zone_names() if name.partition("/")[0] == region}
        raise Unfit(f"no time zone {shown(node.text)}", places)
    return node.text


zone = _scalar(_zone, str)
