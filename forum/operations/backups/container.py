"""An encrypted stream: what a backup is wrapped in. Neither end holds more than a chunk of it.

After a head that names the key come chunks under AES-256-GCM, each bound to its place, the last
one marked (the STREAM construction, Hoang and others 2015): none can be altered, left out, moved
or cut off unnoticed. Each file has a key of its own, derived from ours (HKDF, RFC 5869).
"""

import base64
import os
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from forum.config import DATA_KEY_BYTES
from forum.sealed import KEY_ID_LENGTH, key_id

MAGIC = b"Forum backup 1\n"
FAMILY = b"Forum backup "
"""How every edition of this format begins."""
SALT_BYTES = 32
CHUNK = 64 * 1024
TAG_BYTES = 16
PLACE_BYTES = 11
"""Of the 12 bytes of a nonce; the last one marks the last chunk."""


class Refused(Exception):
    """A backup or a restore that does not happen, and why, in a plain sentence."""


class Damaged(Refused):
    """A file that is not what was once written."""

    def __init__(self) -> None:
        """Say so; what exactly is wrong helps nobody."""
        super().__init__("This file is damaged or was cut short. Use another backup.")


class Outgoing(Protocol):
    """Where bytes go."""

    def write(self, octets: bytes, /) -> int:
        """Take some."""


class Incoming(Protocol):
    """Where bytes come from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most so many, and none at the end."""


class Sealing:
    """A sink that encrypts into `file`. What was written counts once it is `finish`ed."""

    def __init__(self, file: BinaryIO, key: str) -> None:
        """Write the head. `key` is URL-safe base64 of 32 bytes."""
        head = MAGIC + key_id(key).encode() + b"\n" + os.urandom(SALT_BYTES)
        file.write(head)
        self._file = file
        self._chunks = _Chunks(key, head)
        self._held = bytearray()

    def write(self, octets: bytes, /) -> int:
        """Encrypt whole chunks, and hold the rest."""
        self._held += octets
        while len(self._held) > CHUNK:
            self._file.write(self._chunks.seal(bytes(self._held[:CHUNK]), is_last=False))
            del self._held[:CHUNK]
        return len(octets)

    def finish(self) -> None:
        """Write the last chunk, marked as such."""
        self._file.write(self._chunks.seal(bytes(self._held), is_last=True))


class Opening:
    """A source that decrypts what `Sealing` wrote."""

    def __init__(self, file: BinaryIO, keys: tuple[str, ...]) -> None:
        """Read the head. Raises Refused for another format or key, Damaged."""
        magic = file.read(len(MAGIC))
        if magic != MAGIC:
            raise Refused(
                "This backup was made by a newer release: install that one first."
                if magic.startswith(FAMILY)
                else "This is not a backup of ours."
            )
        rest = file.read(KEY_ID_LENGTH + 1 + SALT_BYTES)
        name = rest[:KEY_ID_LENGTH].decode("ascii", errors="replace")
        if len(rest) < KEY_ID_LENGTH + 1 + SALT_BYTES or not name.isalnum():
            raise Damaged
        key = next((key for key in keys if key_id(key) == name), None)
        if key is None:
            sentence = f"This backup is under another key, {name}: put it into FORUM_BACKUP_KEYS."
            raise Refused(sentence)
        self._file = file
        self._chunks = _Chunks(key, magic + rest)
        self._next = file.read(CHUNK + TAG_BYTES)
        self._held = b""
        self._is_over = False

    def read(self, size: int = -1, /) -> bytes:
        """Return so many bytes, fewer only at the end. Raises Damaged."""
        while not self._is_over and (size < 0 or len(self._held) < size):
            chunk, self._next = self._next, self._file.read(CHUNK + TAG_BYTES)
            self._is_over = not self._next
            self._held += self._chunks.open(chunk, is_last=self._is_over)
        size = len(self._held) if size < 0 else size
        octets, self._held = self._held[:size], self._held[size:]
        return octets


class _Chunks:
    """The chunks of one file, one after the other."""

    def __init__(self, key: str, head: bytes) -> None:
        derived = HKDF(SHA256(), DATA_KEY_BYTES, salt=head[-SALT_BYTES:], info=MAGIC)
        self._cipher = AESGCM(derived.derive(base64.urlsafe_b64decode(key)))
        self._head = head
        self._place = 0

    def seal(self, octets: bytes, *, is_last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(is_last=is_last), octets, self._head)

    def open(self, octets: bytes, *, is_last: bool) -> bytes:
        try:
            return self._cipher.decrypt(self._nonce(is_last=is_last), octets, self._head)
        except (InvalidTag, ValueError):
            raise Damaged from None

    def _nonce(self, *, is_last: bool) -> bytes:
        place, self._place = self._place, self._place + 1
        return place.to_bytes(PLACE_BYTES, "big") + bytes([is_last])
