"""Whether an email address looks like a slip of the finger, and what was probably meant."""

from collections.abc import Iterator

KNOWN = (
    *("gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "aol.com"),
    *("comcast.net", "verizon.net", "att.net", "sbcglobal.net", "bellsouth.net", "cox.net"),
    *("hotmail.es", "yahoo.es", "outlook.es", "yahoo.com.mx", "hotmail.com.mx", "yahoo.com.ar"),
    *("googlemail.com", "protonmail.com", "charter.net", "earthlink.net"),
)
"""Where most people have their mailbox, the most used first."""
REAL = frozenset(
    {
        *KNOWN,
        *("gmx.com", "mail.com", "ymail.com", "email.com", "fastmail.com", "live.com", "msn.com"),
        *("me.com", "mac.com", "aim.com", "cs.com", "yahoo.ca", "yahoo.co", "yahoo.co.uk"),
        *("yahoo.fr", "yahoo.it", "yahoo.de", "hotmail.co", "hotmail.co.uk", "hotmail.fr"),
        *("hotmail.it", "hotmail.de", "hotmail.ca", "outlook.fr", "outlook.de", "outlook.it"),
        *("outlook.co", "aol.co.uk", "aol.de", "gmx.net", "gmx.de", "pm.me", "fmail.com"),
    }
)
"""Domains that have mailboxes, however much one looks like another."""
ENDINGS = {
    **dict.fromkeys(("con", "cmo", "comm", "ocm", "vom", "xom", "cim", "coom"), "com"),
    **dict.fromkeys(("ent", "nte", "met", "nett"), "net"),
    **dict.fromkeys(("ogr", "rog", "orgg"), "org"),
    **dict.fromkeys(("eud", "edy", "eduu"), "edu"),
}
"""Ends of domains that nobody has, and what they are a slip for."""
SHORTEST = 8
"""Known domains of fewer signs have too many neighbors that are somebody's own."""


def likely(address: str) -> str | None:
    """Return the address that was probably meant; None when this one looks right.

    `address` is in small letters, as `tidy_address` returns it.
    """
    local, at, domain = address.rpartition("@")
    if not at or domain in REAL:
        return None
    name, dot, end = domain.rpartition(".")
    mended = f"{name}.{ENDINGS[end]}" if dot and end in ENDINGS else domain
    meant = mended if mended in REAL else _neighbor(mended)
    if meant is None and mended != domain:
        meant = mended
    return f"{local}@{meant}" if meant else None


def _neighbor(domain: str) -> str | None:
    """Return the known domain that is one slip away, or None."""
    slips = set(_slips(domain))
    return next((known for known in KNOWN if len(known) >= SHORTEST and known in slips), None)


def _slips(text: str) -> Iterator[str]:
    """Yield what a finger makes of a text: a sign too many, too few, another, two swapped."""
    signs = "abcdefghijklmnopqrstuvwxyz."
    for at in range(len(text) + 1):
        before, after = text[:at], text[at:]
        yield from (before + sign + after for sign in signs)
        if after:
            yield before + after[1:]
            yield from (before + sign + after[1:] for sign in signs)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
