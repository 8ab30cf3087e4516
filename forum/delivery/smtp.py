"""A conversation with a mail server that cannot keep us waiting for ever."""

import ssl
import time
from smtplib import SMTP, SMTP_SSL
from typing import TypedDict, Unpack

CHUNK = 4096


class Options(TypedDict, total=False):
    """What smtplib takes besides, by its own names."""

    timeout: float
    local_hostname: str | None
    context: ssl.SSLContext


class Bounded(SMTP):
    """SMTP in which every reply comes before `deadline`, a moment of time.monotonic().

    smtplib alone waits its whole timeout anew for every byte of a slow server.
    """

    def __init__(
        self, server: str, port: int, *, deadline: float, **options: Unpack[Options]
    ) -> None:
        """Connect and read the greeting. Raises OSError and SMTPException as smtplib does."""
        self.deadline = deadline
        super().__init__(server, port, **options)  # type: ignore[misc]  # TLS takes a context

    def getreply(self) -> tuple[int, bytes]:
        """Return the next reply. Raises SMTPServerDisconnected, in the context of TimeoutError."""
        if self.file is None and self.sock is not None:
            self.file = _PatientReader(self)
        return super().getreply()

    def hang_up(self) -> None:
        """End the conversation politely if the server still listens; never raises for it."""
        try:
            self.quit()
        except (OSError, ValueError):
            self.close()


class BoundedSsl(Bounded, SMTP_SSL):
    """The same over TLS from the first byte."""


class _PatientReader:
    """Reads the server's lines until the deadline of its conversation."""

    def __init__(self, conversation: Bounded) -> None:
        self._of = conversation
        self._rest = b""

    def readline(self, most: int) -> bytes:
        """Return a line, cut at `most` octets; nothing once the server has hung up.

        Raises TimeoutError.
        """
        while b"\n" not in self._rest and len(self._rest) < most:
            left = self._of.deadline - time.monotonic()
            if left <= 0 or self._of.sock is None:
                raise TimeoutError
            self._of.sock.settimeout(min(self._of.timeout, left))
            octets = self._of.sock.recv(CHUNK)
            if not octets:
                break
            self._rest += octets
        end = min(self._rest.find(b"\n") + 1 or len(self._rest), most)
        line, self._rest = self._rest[:end], self._rest[end:]
        return line

    def close(self) -> None:
        """Forget what was read."""
        self._rest = b""
