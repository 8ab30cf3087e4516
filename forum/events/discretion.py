"""Words that tell the illness, kept out of what a discreet reader is sent.

Titles have neutral twins; the names of places have none. So a name that would tell is left out,
and the street's address says where to go.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from forum.events.models import Room, Venue
from forum.tongues import say

TELLING = re.compile(
    r"cancer|metast|oncolog|breast|tumou?r|embrace|carcino|mamari|mammo|mamogra|mastecto"
    r"|quimio|\bchemo|radioth?erap|pall?iativ|\b(mbc|her2|stage|mamas?|senos?|etapa|estadio)\b"
)
"""Compared with small letters without accents, in English and Spanish."""


@lru_cache(maxsize=1024)
def tells(text: str) -> bool:
    """Tell whether a text gives the illness away, however it is written."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return TELLING.search(plain) is not None


def said(text: str, *, is_full: bool) -> str:
    """Return a text; nothing if it tells the illness, unless its reader wants full titles."""
    return "" if tells(text) and not is_full else text


class Place(NamedTuple):
    """Where to come to, as one reader is told."""

    name: str
    address: str
    arrival: str


def place(venue: Venue, *, is_full: bool, language: str | None = None) -> Place:
    """Return where to come to, without a name that tells the illness, unless she wants it.

    In a language, by default the one that is spoken.
    """
    name, arrival = (say(venue, column, language) for column in ("name", "arrival"))
    return Place(*(said(each, is_full=is_full) for each in (name, venue.address, arrival)))


def room_name(room: Room | None, *, is_full: bool, language: str | None = None) -> str:
    """Return what a room is called, as `place` has it; nothing for no room."""
    return said(say(room, "name", language), is_full=is_full) if room else ""
