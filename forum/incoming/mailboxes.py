"""Mailboxes that we read: IMAP and Maildir. What is dealt with is marked as read, and stays.

Nothing else is changed, moved or deleted: people read these mailboxes, too.
"""

import imaplib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import Any, Protocol, Self
from urllib.parse import unquote, urlsplit

from forum.hosts import trusted

IMAP_PORT, IMAPS_PORT = 143, 993
PATIENCE = 15.0
"""Seconds that we wait for each answer of a server."""
LONGEST = 120.0
"""Seconds that reading one mailbox may take, whatever its server does."""
LARGEST = 1024 * 1024
"""Octets of a message that is looked at. A report is much smaller."""
MOST = 500
"""Messages looked at in one go."""
_UID = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class Unreachable(Exception):
    """A mailbox cannot be read. `reason` is one plain sentence without a name or password."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OpenMailbox(Protocol):
    """An open mailbox."""

    def unseen(self, known: set[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield unread messages as key and octets; None for one that is too large.

        Those whose keys are `known` are left out. Raises Unreachable.
        """

    def set_seen(self, key: str) -> None:
        """Say that a message has been read. Raises Unreachable."""


def named(address: str) -> str:
    """Return what a mailbox may be called in a log: its host, or that it is a folder."""
    parts = urlsplit(address)
    return "maildir" if parts.scheme == "maildir" else f"{parts.scheme}://{parts.hostname}"


@contextmanager
def opened(address: str) -> Iterator[OpenMailbox]:
    """Give the mailbox at an address of the settings. Raises Unreachable."""
    parts = urlsplit(address)
    if parts.scheme == "maildir":
        yield Maildir(Path(unquote(parts.path)))
        return
    with _Imap(address) as mailbox:
        yield mailbox


class Maildir:
    """A folder of messages, one file each; `S` behind the name says that it was read."""

    def __init__(self, folder: Path) -> None:
        """Open nothing yet. Raises Unreachable when there is no such Maildir."""
        self._folder = folder
        if not all((folder / name).is_dir() for name in ("new", "cur")):
            sentence = "There is no Maildir at this path."
            raise Unreachable(sentence)

    def unseen(self, known: set[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield unread messages. One that somebody moves meanwhile is left for the next time."""
        for path in self._unread(known):
            with suppress(FileNotFoundError):
                try:
                    is_small = path.stat().st_size <= LARGEST
                    yield path.name.partition(":")[0], path.read_bytes() if is_small else None
                except PermissionError as error:
                    sentence = "A message cannot be read: its file belongs to someone else."
                    raise Unreachable(sentence) from error

    def set_seen(self, key: str) -> None:
        """Move a message to those that were seen, with its flag."""
        for path in (
            self._folder / "new" / key,
            *(self._folder / "cur").glob(f"{escape(key)}:2,*"),
        ):
            flags = set(path.name.partition(":2,")[2]) | {"S"}
            try:
                path.rename(self._folder / "cur" / f"{key}:2,{''.join(sorted(flags))}")
            except FileNotFoundError:
                continue
            except OSError as error:
                sentence = "A message cannot be marked as read."
                raise Unreachable(sentence) from error

    def _unread(self, known: set[str]) -> list[Path]:
        try:
            files = [*(self._folder / "new").iterdir(), *(self._folder / "cur").iterdir()]
        except OSError as error:
            sentence = "The Maildir cannot be read."
            raise Unreachable(sentence) from error
        unread = [
            path
            for path in files
            if not path.name.startswith(".")
            and "S" not in path.name.partition(":2,")[2]
            and path.name.partition(":")[0] not in known
        ]
        return sorted(unread)[:MOST]


class _Imap:
    """A mailbox of an IMAP server (RFC 3501). Every wait has an end."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._folder = unquote(parts.path.strip("/")) or "INBOX"
        self._host, self._port = parts.hostname or "", parts.port
        self._is_secure = parts.scheme == "imaps"
        self._epoch = ""
        self._server: imaplib.IMAP4 | None = None
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Self:
        try:
            with _plainly():
                self._server = self._connect()
            with _plainly():
                self._sign_in()
        except Unreachable:
            self._close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                self._server.logout()
        self._close()

    def unseen(self, known: set[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield unread messages, without marking them."""
        with _plainly():
            found = _expect(self._open.uid("SEARCH", "UNSEEN"))
        uids = [each for each in (found[0] or b"").split() if self._key(each) not in known]
        for uid in uids[:MOST]:
            with _plainly():
                octets = self._octets(uid)
            if octets != b"":
                yield self._key(uid), octets

    def set_seen(self, key: str) -> None:
        """Set the flag that says so (RFC 3501 2.3.2)."""
        with _plainly():
            _expect(self._open.uid("STORE", key.rpartition("/")[2], "+FLAGS.SILENT", r"(\Seen)"))

    @property
    def _open(self) -> imaplib.IMAP4:
        assert self._server is not None  # noqa: S101 - inside the `with` block
        return self._server

    def _connect(self) -> imaplib.IMAP4:
        if self._is_secure:
            return _Secure(self._host, self._port or IMAPS_PORT, self._watch)
        return _Plain(self._host, self._port or IMAP_PORT, self._watch)

    def _watch(self, line: socket.socket) -> None:
        """Cut the line after a while: a server that sends a byte now and then is never late."""
        self._timer = threading.Timer(LONGEST, _cut, [line])
        self._timer.daemon = True
        self._timer.start()

    def _sign_in(self) -> None:
        self._open.login(self._user, self._password)
        quoted = self._folder.replace("\\", "\\\\").replace('"', '\\"')
        _expect(self._open.select(f'"{quoted}"'))
        self._epoch = (self._open.response("UIDVALIDITY")[1][0] or b"").decode("ascii", "replace")

    def _octets(self, uid: bytes) -> bytes | None:
        """Return a message; None when it is too large, nothing when it is gone."""
        size = _first(_expect(self._open.uid("FETCH", uid.decode(), "(RFC822.SIZE)")), _SIZE)
        if size is None:
            return b""
        if size > LARGEST:
            return None
        for part in _expect(self._open.uid("FETCH", uid.decode(), "(BODY.PEEK[])")):
            if isinstance(part, tuple):
                return bytes(part[1])
        return b""

    def _key(self, uid: bytes) -> str:
        """Return what names a message for as long as the server keeps its numbers."""
        return f"{self._epoch}/{uid.decode('ascii', 'replace')}"

    def _close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._server is not None:
            with suppress(OSError):
                self._server.shutdown()


Watch = Callable[[socket.socket], None]


class _Plain(imaplib.IMAP4):
    """A conversation whose line is watched from its beginning."""

    def __init__(self, host: str, port: int, watch: Watch) -> None:
        self._watch = watch
        super().__init__(host, port, timeout=PATIENCE)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        line: socket.socket = super()._create_socket(timeout)  # type: ignore[misc]  # the stubs lack it
        self._watch(line)
        return line


class _Secure(imaplib.IMAP4_SSL):
    """The same over TLS: the server's certificate and name are checked."""

    def __init__(self, host: str, port: int, watch: Watch) -> None:
        self._watch = watch
        super().__init__(host, port, ssl_context=trusted(), timeout=PATIENCE)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        bare = imaplib.IMAP4._create_socket(self, timeout)  # type: ignore[attr-defined]  # noqa: SLF001 - as imaplib's own
        line = trusted().wrap_socket(bare, server_hostname=self.host, do_handshake_on_connect=False)
        self._watch(line)
        try:
            line.do_handshake()
        except OSError:
            line.close()
            raise
        return line


def _cut(line: socket.socket) -> None:
    """End a conversation in which another thread waits."""
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)


@contextmanager
def _plainly() -> Iterator[None]:
    """Say in plain words what goes wrong with a server."""
    try:
        yield
    except (OSError, imaplib.IMAP4.error, ValueError, TypeError) as error:
        raise Unreachable(_why(error)) from error


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "The mailbox's server did not answer in time."
    if isinstance(error, imaplib.IMAP4.abort | OSError):
        return "The mailbox's server cannot be reached, or hung up."
    return "The mailbox's server does not accept our name and password, or has no such folder."


def _expect(answer: tuple[str, list[Any]]) -> list[Any]:
    """Return what a server sent, if it agreed. Raises imaplib's error."""
    status, data = answer
    if status != "OK":
        sentence = "refused"
        raise imaplib.IMAP4.error(sentence)
    return data


def _first(data: list[Any], pattern: re.Pattern[bytes]) -> int | None:
    for part in data:
        octets = part[0] if isinstance(part, tuple) else part
        if isinstance(octets, bytes) and (match := pattern.search(octets)):
            return int(match[1])
    return None
