"""A real mail server on a real socket, whose temper a test decides."""

import email
import email.policy
import socket
import threading
from collections import deque
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


@dataclass
class Delivery:
    """What the server was given: the envelope and the bytes."""

    sender: str
    recipients: list[str]
    octets: bytes

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.octets, policy=email.policy.default)

    @property
    def message_id(self) -> str:
        return self.message["Message-ID"]


@dataclass
class Relay:
    """Accepts everything, unless `answers` has something else to say, in turn.

    `close_after` ends each connection after so many mails, as servers do.
    """

    answers: deque[str] = field(default_factory=deque)
    refused: dict[str, str] = field(default_factory=dict)
    close_after: int | None = None
    deliveries: list[Delivery] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)
    connections: int = 0
    options: dict[str, object] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._controller = _Controller(
            self, hostname="127.0.0.1", port=_free_port(), **self.options
        )
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop(no_assert=True)

    @property
    def port(self) -> int:
        return self._controller.port

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        octets = envelope.original_content
        self.tries.append(email.message_from_bytes(octets)["Message-ID"])
        answer = self.answers.popleft() if self.answers else "250 OK"
        if answer.startswith("250"):
            self.deliveries.append(Delivery(envelope.mail_from, envelope.rcpt_tos, octets))
        return answer


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Moody(self.handler, **self.SMTP_kwargs)


class _Moody(SMTP):
    """Hangs up by itself after `close_after` mails."""

    def __init__(self, relay: Relay, **options: object) -> None:
        super().__init__(relay, **options)
        self._relay = relay
        self._mails = 0

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
        self._relay.connections += 1
        await super().smtp_EHLO(hostname)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        if self._mails == self._relay.close_after:
            self.transport.close()
            return
        self._mails += 1
        await super().smtp_MAIL(arg)


class Silent:
    """A server that takes the connection and says nothing, or one letter each `pause` seconds."""

    def __init__(self, pause: float | None = None) -> None:
        self._pause = pause
        self._over = threading.Event()

    def __enter__(self) -> Self:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.close()
        self._thread.join()

    def _serve(self) -> None:
        try:
            line, _ = self._server.accept()
        except OSError:
            return
        with line:
            while not self._over.wait(self._pause):
                try:
                    line.sendall(b"2")
                except OSError:
                    return


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
