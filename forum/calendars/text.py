"""Text and addresses made fit for a calendar file, whatever somebody typed.

The icalendar package reads backslash-N as a line break and writes control characters and lone
surrogates as they come; these guards escape by themselves (RFC 5545 3.3.11).
"""

import re
from functools import lru_cache
from urllib.parse import quote

import idna
from icalendar import vCalAddress, vText, vUri
from icalendar.parser import Contentline

WIDTH = 75
"""Octets of the longest line."""
_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
ESCAPES = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})
"""What a TEXT value is translated by (RFC 5545 3.3.11)."""


class Text(vText):
    """A TEXT value that is escaped exactly once."""

    def to_ical(self) -> bytes:
        """Return the escaped value as UTF-8."""
        return self.translate(ESCAPES).encode()


def paragraphs(text: str) -> Text:
    r"""Return text of several lines: every line break is \n, control characters are gone."""
    return Text(_CONTROLS.sub("", _BREAKS.sub("\n", _whole(text))).strip())


def line(text: str) -> Text:
    """Return text of one line, its white space collapsed."""
    return Text(" ".join(paragraphs(text).split()))


def parameter(text: str) -> str:
    """Return text for a parameter such as CN, without what Outlook and Google cannot read there.

    Quotation marks become apostrophes and carets go: RFC 6868 would write both as `^` pairs.
    """
    return str(line(text.replace('"', "'").replace("^", "")))


def mailto(address: str) -> str:
    """Return an email address as a mailto URI (RFC 6068 section 2), its domain as mail has it."""
    local, at, domain = line(address).rpartition("@")
    return "mailto:" + quote(f"{local}{at}{_as_in_mail(domain)}", safe="@!$'()*+,:")


def uri(address: str) -> vUri:
    """Return an address with everything percent-encoded that RFC 3986 does not allow raw."""
    return vUri(quote(line(address), safe=":/?#[]@!$&'()*+,;=%"))


def content_line(name: str, value: Text | vCalAddress) -> bytes:
    """Return a property with its parameters as it is written, folded (RFC 5545 3.1)."""
    return folded(Contentline.from_parts(name, value.params, value))


def folded(text: str) -> bytes:
    """Return a content line in lines of at most 75 octets, with CRLF (RFC 5545 3.1).

    A character stays whole, and so does a backslash with its letter: some programs unescape
    before they unfold. The icalendar package does it letter by letter, which took longer than
    all else that it writes.
    """
    octets = text.encode()
    pieces, start, room = [], 0, WIDTH
    while len(octets) - start > room:
        end = start + room
        while octets[end] & 0xC0 == 0x80:  # noqa: PLR2004 - inside a character of UTF-8
            end -= 1
        piece = octets[start:end]
        if (len(piece) - len(piece.rstrip(b"\\"))) % 2:
            end -= 1
        pieces.append(octets[start:end])
        start, room = end, WIDTH - 1
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces) + b"\r\n"


@lru_cache(maxsize=1024)
def _as_in_mail(domain: str) -> str:
    """Return a domain by IDNA 2008; one that has no such form stays as it is."""
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return domain


def _whole(text: str) -> str:
    """Return text in which every lone surrogate is a question mark."""
    return text.encode("utf-8", "replace").decode()
