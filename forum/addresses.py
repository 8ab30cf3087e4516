"""Names, titles and addresses made fit to be kept and mailed, whatever was typed."""

import re
import unicodedata
from functools import lru_cache

import idna

from forum.names import without_unseen

LONGEST_ADDRESS = 254
"""Octets of an address in an envelope (RFC 5321 4.5.3.1.3, less the angle brackets)."""
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_BREAKS = {"Cc", "Zl", "Zp"}
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of what follows, also beyond a name (UAX 9 2)."""
_LONGEST_NAME = 60


class UnusableAddress(ValueError):
    """No mail server would take this address. The message says why, in plain words."""


def one_line(text: str) -> str:
    """Return `text` on one line: no control characters, line breaks or broken characters.

    U+0085, U+2028 and U+2029 break lines for some programs, so they count as breaks here. Every
    kind of space is one plain space; what joins or parts letters and signs stays (UAX 29).
    Forms and programme files both clean text by this, so that a title is the same from either.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    whole = text.encode("utf-8", "replace").decode("utf-8")
    spaced = "".join(" " if unicodedata.category(c) in _BREAKS else c for c in whole)
    return " ".join(spaced.split())


def several_lines(text: str) -> str:
    """Return `text` with each line as `one_line` has it, and no empty lines around it."""
    return "\n".join(one_line(line) for line in text.splitlines()).strip()


def tidy_address(address: str) -> str:
    """Return an address as it was meant: on one line, in small letters, without unseen characters.

    Copying from a page or a message brings them along; she cannot see what is wrong.
    """
    return one_line(without_unseen(address)).lower()


def known_as(name: str) -> str:
    """Return a name as a subject may begin with it: short, and nothing that turns the rest."""
    name = one_line(_TURNS.sub("", name))
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"


def hint(address: str) -> str:
    """Return an address as its owner knows it and a stranger does not: "a…@p….example"."""
    local, at, domain = address.rpartition("@")
    name, dot, top = domain.rpartition(".")
    return f"{local[:1]}…{at}{name[:1]}…{dot}{top}"


def envelope_address(address: str) -> str:
    """Return an address as a mail server takes it, its domain by IDNA 2008 (RFC 5891).

    Raises UnusableAddress.
    """
    local, at, domain = address.rpartition("@")
    if not at or not local.isascii() or not _LOCAL_PART.fullmatch(local):
        sentence = "The part before the @ has letters or signs that mail servers do not take."
        raise UnusableAddress(sentence)
    ascii_domain = _ascii(domain)
    if len(local) + len(ascii_domain) + 1 > LONGEST_ADDRESS:
        sentence = "The address is too long."
        raise UnusableAddress(sentence)
    return f"{local}@{ascii_domain}"


@lru_cache(maxsize=1024)
def _ascii(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        sentence = "The part after the @ is not a domain name."
        raise UnusableAddress(sentence) from error
