"""Which time zone was meant by a name that is no region and city."""

import re

_MEANT = {
    "America/New_York": "EST EDT ET EST5EDT US/Eastern US/East-Indiana US/Michigan Canada/Eastern",
    "America/Chicago": "CST CDT CT CST6CDT US/Central Canada/Central",
    "America/Denver": "MST MDT MT MST7MDT US/Mountain Navajo Canada/Mountain",
    "America/Los_Angeles": "PST PDT PT PST8PDT US/Pacific Canada/Pacific",
    "America/Phoenix": "US/Arizona",
    "America/Anchorage": "AKST AKDT US/Alaska",
    "Pacific/Honolulu": "HST US/Hawaii",
    "America/Puerto_Rico": "AST",
    "America/Halifax": "ADT Canada/Atlantic",
    "Europe/London": "GMT BST GB GB-Eire WET",
    "Europe/Madrid": "CET CEST MET",
    "America/Mexico_City": "Mexico/General",
    "Asia/Kolkata": "IST",
}
_BY_HOURS = {
    4: "America/Puerto_Rico",
    5: "America/New_York",
    6: "America/Chicago",
    7: "America/Denver",
    8: "America/Los_Angeles",
    9: "America/Anchorage",
    10: "Pacific/Honolulu",
}
"""By hours behind UTC in winter. `Etc/GMT-5` is five ahead, but who writes it means behind."""
_OFFSET = re.compile(r"(?:Etc/)?(?:GMT|UTC)[+-]0*([0-9]{1,2})", re.ASCII)


def likely(name: str) -> str | None:
    """Return the zone that was meant by an abbreviation, an alias or hours from UTC, if known."""
    if offset := _OFFSET.fullmatch(name):
        return _BY_HOURS.get(int(offset[1]))
    return next((zone for zone, names in _MEANT.items() if name in names.split()), None)
