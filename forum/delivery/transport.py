"""How letters leave: Flask-Mail with our own MIME, a time limit, verified TLS and kept connections.

Flask-Mail stays the door for its settings, `record_messages()`, `MAIL_SUPPRESS_SEND` and its
signal. Without a mail server, letters go into a Maildir.
"""

import mailbox
import smtplib
import ssl
import threading
import time
from email import message_from_bytes
from email.message import Message as MimeMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import flask_mail
from flask import Flask, current_app

from forum.addresses import UnusableAddress, envelope_address
from forum.config import Settings
from forum.delivery import refusals
from forum.delivery.refusals import (
    AddressUnusable,
    NotDelivered,
    ServerSilent,
    ServerUnreachable,
    TemporaryFailure,
)
from forum.delivery.smtp import Bounded, BoundedSsl
from forum.emails import mime
from forum.emails.letter import Letter
from forum.hosts import trusted
from forum.incoming.answer_rules import PERMANENT, TEMPORARY, Stage
from forum.outbox import marks

TRY_LIMIT = 30.0
"""Seconds that one try may take, with connecting, whatever the server does."""
MOST_MAILS = 100
LONGEST_KEPT = 60.0
"""A connection is replaced after so many mails, or so many seconds."""


class LetterMessage(flask_mail.Message):
    """A letter as Flask-Mail knows messages: one recipient, our bytes."""

    def __init__(self, letter: Letter) -> None:
        """Fill what Flask-Mail's own constructor would.

        That one also makes a Message-ID from the machine's name, which may wait for a name server.
        """
        self.letter = letter
        self.subject = letter.subject
        self.sender = (letter.sender.name, letter.sender.address)
        self.recipients = [(letter.to.name, letter.to.address)]
        self.reply_to = (letter.reply_to.name, letter.reply_to.address)
        self.body = letter.text
        self.alts = {"html": letter.html}
        self.msgId = f"<{letter.message_id}>"
        self.date = letter.written_at.timestamp()
        self.cc, self.bcc, self.mail_options, self.rcpt_options = [], [], [], []
        self.charset, self.extra_headers, self.attachments = "utf-8", None, []
        if letter.calendar is not None:
            kind = f"text/calendar; method={letter.calendar.method}; charset=utf-8"
            self.attach(letter.calendar.file_name, kind, letter.calendar.content)

    def as_bytes(self) -> bytes:
        """Return the message as it goes over the wire."""
        return mime.as_bytes(self.letter)

    def _message(self) -> MimeMessage:  # type: ignore[override]
        return message_from_bytes(self.as_bytes())


class Post(flask_mail.Mail):
    """Flask-Mail whose connections are ours."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        """Hand our settings to Flask-Mail under its own names."""
        for name in ("server", "port", "username", "password", "use_tls", "use_ssl"):
            app.config.setdefault(f"MAIL_{name.upper()}", getattr(settings, f"mail_{name}"))
        app.config.setdefault("MAIL_DEFAULT_SENDER", settings.mail_default_sender)
        self.settings = settings
        super().__init__(app)

    def connect(self) -> "Connection":
        """Return a connection for one thread. It connects when the first letter leaves."""
        kind = SmtpConnection if self.server else MaildirConnection
        return kind(self, self.settings)


class Connection(flask_mail.Connection):
    """Takes letters, one after another. Use it in a `with` block, from one thread."""

    def __init__(self, mail: flask_mail.Mail, settings: Settings) -> None:
        super().__init__(mail)
        self.settings = settings

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.rest()

    def deliver(self, letter: Letter) -> None:
        """Hand a letter to the mail server. Raises TemporaryFailure or PermanentFailure."""
        self.send(LetterMessage(letter))

    def send(
        self,
        message: flask_mail.Message,
        envelope_from: str | tuple[str, str] | None = None,  # noqa: ARG002 - Flask-Mail's signature
    ) -> None:
        """Hand over a LetterMessage and tell Flask-Mail's signal. Raises as `deliver` does."""
        if not isinstance(message, LetterMessage):
            sentence = "only letters are sent"
            raise TypeError(sentence)
        if not self.mail.suppress:
            try:
                self._hand_over(message.letter)
            except UnusableAddress as error:
                raise AddressUnusable(str(error)) from error
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - as Flask-Mail does
        flask_mail.email_dispatched.send(app, message=message)
        self.num_emails += 1

    @property
    def is_open(self) -> bool:
        """Tell whether the server counts us among those who are connected."""
        return False

    def rest(self) -> None:
        """Let go of the server while there is nothing to send."""

    def _hand_over(self, letter: Letter) -> None:
        raise NotImplementedError


class SmtpConnection(Connection):
    """A kept connection to the mail server."""

    host: Bounded | None
    _since = _deadline = 0.0

    @property
    def is_open(self) -> bool:
        """Tell whether the server counts us among those who are connected."""
        return self.host is not None

    def rest(self) -> None:
        """Say goodbye; a server that is gone does not matter."""
        host, self.host = self.host, None
        if host is not None:
            host.deadline = time.monotonic() + self.settings.mail_timeout
            host.hang_up()

    def try_out(self) -> None:
        """Connect, say who writes and goodbye, without a letter. Raises TemporaryFailure."""
        self._deadline = time.monotonic() + TRY_LIMIT
        self.host = host = self.configure_host()
        try:
            refusals.check(host.mail(envelope_address(self._bounces_to("")), []), Stage.SENDER)
        except (OSError, smtplib.SMTPException) as error:
            raise _no_connection(error) from error
        finally:
            self.rest()

    def configure_host(self) -> Bounded:
        """Connect: with a time limit, a checked certificate and a name that is not this machine's.

        Raises TemporaryFailure, whose stage is before any letter.
        """
        options: dict[str, Any] = {
            "deadline": self._deadline,
            "timeout": self.settings.mail_timeout,
            "local_hostname": urlsplit(self.settings.base_url).hostname,
        }
        stage = Stage.CONNECT
        try:
            if self.mail.use_ssl:
                secure = trusted()
                host: Bounded = BoundedSsl(
                    self.mail.server, self.mail.port, context=secure, **options
                )
            else:
                host = Bounded(self.mail.server, self.mail.port, **options)
        except (OSError, smtplib.SMTPException) as error:
            raise _no_connection(error) from error
        try:
            _greet(host)
            if self.mail.use_tls:
                host.starttls(context=trusted())
                _greet(host)
            if self.mail.username and self.mail.password:
                stage = Stage.SIGN_IN
                host.login(self.mail.username, self.mail.password)
        except (OSError, smtplib.SMTPException) as error:
            host.close()
            raise _no_connection(error, stage) from error
        return host

    def _hand_over(self, letter: Letter) -> None:
        """Deliver over the kept connection; over a fresh one if the server had closed it."""
        sender = envelope_address(self._bounces_to(letter.mark, letter.sender.address))
        recipient = envelope_address(letter.to.address)
        octets = mime.as_bytes(letter)
        self._replace_if_old()
        is_kept = self.host is not None
        self._deadline = time.monotonic() + TRY_LIMIT
        try:
            self._converse(sender, recipient, octets)
        except _ClosedBefore as first:
            if not is_kept:
                raise first.why from first
            try:
                self._converse(sender, recipient, octets)
            except _ClosedBefore as second:
                raise second.why from second

    def _bounces_to(self, mark: str, sender: str = "") -> str:
        """Return the sender on the envelope: an address of its own for each letter (VERP)."""
        ours = self.settings.mail_envelope_sender
        return marks.marked(ours, mark) if ours else sender or self.settings.mail_default_sender

    def _replace_if_old(self) -> None:
        is_old = time.monotonic() - self._since > LONGEST_KEPT
        if self.host is not None and (self.num_emails >= MOST_MAILS or is_old):
            self.rest()

    def _converse(self, sender: str, recipient: str, octets: bytes) -> None:
        """Say MAIL, RCPT, DATA and the letter (RFC 5321 3.3). Raises NotDelivered."""
        if self.host is None:
            self.host = self.configure_host()
            self._since, self.num_emails = time.monotonic(), 0
        host = self.host
        host.deadline = self._deadline
        stage, is_handed_over = Stage.SENDER, False
        try:
            refusals.check(host.mail(sender, []), stage)
            stage = Stage.RECIPIENT
            refusals.check(host.rcpt(recipient), stage)
            stage = Stage.LETTER
            refusals.check(host.docmd("DATA"), stage)
            is_handed_over = True
            host.send(_dotted(octets))
            refusals.check(host.getreply(), stage)
        except NotDelivered as failure:
            self._start_over(failure)
            failure.is_in_doubt = is_handed_over and isinstance(failure, refusals.ServerGarbled)
            if failure.is_closing and not is_handed_over:
                raise _ClosedBefore(failure) from failure
            raise
        except (OSError, smtplib.SMTPException) as error:
            self.host = None
            host.close()
            broke = _broke(error, stage, is_handed_over=is_handed_over)
            if isinstance(broke, ServerSilent) or is_handed_over:
                raise broke from error
            raise _ClosedBefore(broke) from error

    def _start_over(self, failure: NotDelivered) -> None:
        """Make the connection fit for the next letter, or let go of it."""
        host = self.host
        if host is None:
            return
        is_over = failure.is_closing or isinstance(failure, refusals.ServerGarbled)
        try:
            is_fit = not is_over and host.rset()[0] < TEMPORARY
        except (OSError, smtplib.SMTPException):
            is_fit = False
        if not is_fit:
            self.host = None
            host.close()


class MaildirConnection(Connection):
    """Puts letters into a Maildir in the instance folder, which any mail program opens."""

    _one_at_a_time = threading.Lock()

    @property
    def folder(self) -> Path:
        """Return where the mail lies."""
        return self.settings.instance / "mail"

    def _hand_over(self, letter: Letter) -> None:
        envelope_address(letter.to.address)
        octets = mime.as_bytes(letter).replace(b"\r\n", b"\n")
        self.settings.instance.mkdir(parents=True, exist_ok=True)
        try:
            with self._one_at_a_time:
                mailbox.Maildir(self.folder).add(octets)
        except OSError as error:
            raise ServerUnreachable(refusals.NO_MAILDIR) from error


class _ClosedBefore(Exception):
    """The server hung up before it had anything of the letter, so it may be said again."""

    def __init__(self, why: NotDelivered) -> None:
        super().__init__(why.reason)
        self.why = why


def _greet(host: Bounded) -> None:
    """Say EHLO, or HELO to a server that does not know it (RFC 5321 4.1.1.1, 2.2.1).

    A server that says "not now" has said so: smtplib would ask again, and hear that it hung up.
    """
    code, words = host.ehlo()
    if TEMPORARY <= code < PERMANENT:
        raise smtplib.SMTPHeloError(code, words)
    host.ehlo_or_helo_if_needed()


def _dotted(octets: bytes) -> bytes:
    """Return the letter as DATA takes it: leading dots doubled, a lone dot last (4.5.2)."""
    stuffed = octets.replace(b"\r\n.", b"\r\n..")
    return stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n")


def _is_timeout(error: BaseException) -> bool:
    """Tell whether waiting was the trouble; smtplib says "disconnected" for both."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _broke(error: BaseException, stage: Stage, *, is_handed_over: bool) -> TemporaryFailure:
    """Say how a conversation broke, and whether the letter may have been taken."""
    if _is_timeout(error):
        failure: TemporaryFailure = ServerSilent(refusals.SILENT, stage)
    else:
        lost = refusals.LOST if is_handed_over else refusals.CLOSED
        failure = ServerUnreachable(lost, stage)
    failure.is_in_doubt = is_handed_over
    return failure


def _no_connection(
    error: OSError | smtplib.SMTPException, stage: Stage = Stage.CONNECT
) -> TemporaryFailure:
    """Say in plain words why there is no connection: the server's own, where it has said any."""
    if _is_timeout(error):
        return ServerSilent(refusals.SILENT, stage)
    if isinstance(error, ssl.SSLCertVerificationError):
        return ServerUnreachable(refusals.UNTRUSTED, stage)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return refusals.RefusesUs(refusals.NO_SERVICE, stage)
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= TEMPORARY:
        return _refused(error, stage)
    return ServerUnreachable(refusals.UNREACHABLE, stage)


def _refused(error: smtplib.SMTPResponseException, stage: Stage) -> TemporaryFailure:
    """Say why the server refuses us before it has heard of any letter."""
    words = error.smtp_error
    octets = words if isinstance(words, bytes) else str(words).encode()
    try:
        refusals.check((error.smtp_code, octets), stage)
    except refusals.RefusesUs as failure:
        if stage == Stage.SIGN_IN:
            failure.reason = refusals.NOT_SIGNED_IN
        return failure
    except TemporaryFailure as failure:
        return failure
    return ServerUnreachable(refusals.UNREACHABLE, stage)
