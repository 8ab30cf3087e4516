"""A feed as vdirsyncer and khal take it apart: a file for each entry that they keep.

vdirsyncer takes the first line of a file that begins with UID for that of the file, and of two
files with one UID it keeps one. khal wants each entry's zone among those of the feed.
"""

import icalendar
import pytz
from khal.icalendar import split_ics
from vdirsyncer.vobject import Item, split_collection


def kept_by_vdirsyncer(data: bytes) -> dict[str, str]:
    """Return the files that vdirsyncer keeps, by the UID that it takes for theirs."""
    return {Item(file).uid: file for file in split_collection(data.decode())}


def kept_by_khal(data: bytes) -> dict[str, str]:
    """Return the files that khal keeps, by UID. Raises LookupError for a zone that it misses."""
    files = split_ics(data.decode(), default_timezone=pytz.UTC)
    for file in files:
        if ("TZID=" in file) != ("BEGIN:VTIMEZONE" in file):
            raise LookupError(file)
    return {str(icalendar.Event.from_ical(_event(file))["UID"]): file for file in files}


def _event(file: str) -> str:
    begin, end = "BEGIN:VEVENT", "END:VEVENT"
    return f"{begin}{file.partition(begin)[2].partition(end)[0]}{end}"
