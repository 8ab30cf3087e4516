"""The mark of a message: how we know it again when a report about it comes back.

A mark is its number and a keyed code, "17.0f3a…". It stands in the sender's address on the
envelope (VERP), in the Message-ID, and wherever a provider repeats it. The code is made from what
the message was about, because SQLite gives numbers again, and nobody else can make it. It is
lower case, since some mail servers write addresses in lower case.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from hmac import compare_digest

from forum.config import current_settings
from forum.outbox.models import Message

CODE_LENGTH = 24
"""Hex digits: 96 bits."""
_MARK = re.compile(
    rf"(?<![0-9])([1-9][0-9]{{0,9}})\.([0-9a-f]{{{CODE_LENGTH}}})(?![0-9a-z])", re.IGNORECASE
)
LARGEST_NUMBER = 2**31 - 1


def mark_of(message: Message) -> str:
    """Return the mark of a message: the one it was first claimed with, or will be."""
    return f"{message.id}.{message.mark or new_code(message.id, message.dedupe_key)}"


def new_code(number: int, occasion: str) -> str:
    """Return the code for a message that has none yet.

    Under the oldest secret key, which a new one does not replace before it is left out.
    """
    return _code(number, occasion, current_settings().secret_keys[-1])


def marked(address: str, mark: str) -> str:
    """Return an address with a mark: "bounces+17.0f3a…@example.org" (RFC 5233)."""
    local, at, domain = address.rpartition("@")
    return f"{local}+{mark}{at}{domain}" if mark else address


def found_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield what may be marks in a text, as number and code. Whether they are, `is_of` tells."""
    for number, code in _MARK.findall(text):
        if int(number) <= LARGEST_NUMBER:
            yield int(number), code.lower()


def is_of(message: Message, code: str) -> bool:
    """Tell whether a code is this message's: the one that was kept, or under any secret key."""
    keys = current_settings().secret_keys
    codes = [_code(message.id, message.dedupe_key, key) for key in keys]
    return any(compare_digest(each, code) for each in (message.mark or codes[0], *codes))


def _code(number: int, occasion: str, key: str) -> str:
    said = f"{number}\0{occasion}".encode()
    purpose = hmac.digest(key.encode(), b"forum.mark", hashlib.sha256)
    return hmac.digest(purpose, said, hashlib.sha256).hex()[:CODE_LENGTH]
