"""Personal answers, encrypted one by one.

AES-256-GCM with the row and the column as associated data (NIST SP 800-38D), so that a value
copied to another place does not open there. The text form is `key id.base64(nonce + sealed)`.
"""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from typing import Any, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from forum.config import DATA_KEY_BYTES, current_settings

NONCE_BYTES = 12
KEY_ID_LENGTH = 8


class Unreadable(Exception):
    """A sealed value does not open: its key is gone, or it was moved or altered."""


def new_key() -> str:
    """Return a fresh key, good as a data key and as a secret key: URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(DATA_KEY_BYTES)).decode()


def key_id(key: str) -> str:
    """Return the short public name of a data key."""
    return hashlib.sha256(key.encode()).hexdigest()[:KEY_ID_LENGTH]


def seal(text: str, place: str, keys: tuple[str, ...]) -> str:
    """Encrypt `text` for `place`, such as `registration:<id>:needs`, under the newest key."""
    nonce = os.urandom(NONCE_BYTES)
    cipher = AESGCM(base64.urlsafe_b64decode(keys[0]))
    sealed = cipher.encrypt(nonce, text.encode(), place.encode())
    return f"{key_id(keys[0])}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, place: str, keys: tuple[str, ...]) -> str:
    """Decrypt what `seal` made for the same place. Raises Unreadable."""
    name, _, body = sealed.partition(".")
    key = next((key for key in keys if key_id(key) == name), None)
    if key is None:
        raise Unreadable(place)
    raw = base64.urlsafe_b64decode(body)
    try:
        cipher = AESGCM(base64.urlsafe_b64decode(key))
        return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()).decode()
    except InvalidTag:
        raise Unreadable(place) from None


def code(text: str, key: str) -> str:
    """Return a keyed code of `text`, by which it is known again without being opened.

    HMAC-SHA256 (RFC 2104) under a key that follows from a data key, so that it names nothing to
    whoever has the database alone.
    """
    own = hmac.digest(base64.urlsafe_b64decode(key), b"forum.known-again", hashlib.sha256)
    return f"{key_id(key)}.{hmac.digest(own, text.encode(), hashlib.sha256).hex()}"


def codes(text: str) -> list[str]:
    """Return the codes under which a text may be kept: one for each data key."""
    return [code(text, key) for key in current_settings().data_keys]


class Sealed:
    """A text attribute kept encrypted in the column `<name>_sealed` of its record.

    The record says where it stands with `sealed_place(name)`. An empty text is stored as NULL.
    What is to be found again has `known_by`, which returns what of the text makes it the same: the
    code of that is kept beside it, in `<name>_code`.
    """

    def __init__(self, known_by: Callable[[str], str] | None = None) -> None:
        """Keep by what it is known again, if it is to be."""
        self.known_by = known_by

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn the attribute's name."""
        self._name = name

    @overload
    def __get__(self, record: None, owner: type) -> "Sealed": ...
    @overload
    def __get__(self, record: object, owner: type) -> str: ...
    def __get__(self, record: Any, owner: type) -> "Sealed | str":
        """Return the text, empty when there is none."""
        if record is None:
            return self
        sealed = getattr(record, f"{self._name}_sealed")
        if not sealed:
            return ""
        return unseal(sealed, record.sealed_place(self._name), current_settings().data_keys)

    def __set__(self, record: Any, text: str) -> None:  # noqa: ANN401 - any record
        """Seal and keep the text."""
        place = record.sealed_place(self._name)
        sealed = seal(text, place, current_settings().data_keys) if text else None
        setattr(record, f"{self._name}_sealed", sealed)
        if self.known_by is not None:
            known = self.known_by(text)
            newest = current_settings().data_keys[0]
            setattr(record, f"{self._name}_code", code(known, newest) if known else None)
