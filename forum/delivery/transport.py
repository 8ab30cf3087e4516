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

from forum.addresses import UnusableAddress, envelope_address, one_line
from forum.config import Settings
from forum.delivery.smtp import Bounded, BoundedSsl
from forum.emails import mime
from forum.emails.letter import Letter
from forum.outbox import marks
from forum.tls import trusted

TRY_LIMIT = 30.0
"""Seconds that one try may take, with connecting, whatever the server does."""
MOST_MAILS = 100
LONGEST_KEPT = 60.0
"""A connection is replaced after so many mails, or so many seconds."""
LONGEST_REPLY = 200
LEAST_CODE, TEMPORARY, PERMANENT, CLOSING = 200, 400, 500, 421


class NotDelivered(Exception):
    """The server did not take a letter. `reason` is one plain sentence for the desk."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TemporaryFailure(NotDelivered):
    """Another try may go well."""


class PermanentFailure(NotDelivered):
    """No other try will go well."""


class ServerUnreachable(TemporaryFailure):
    """No usable connection: down, not trusted, or it refuses us."""


class ServerSilent(TemporaryFailure):
    """The server did not answer in time."""


class ServerBusy(TemporaryFailure):
    """The server asks to come back later (4xx, RFC 5321 4.2.1)."""


class LetterRefused(PermanentFailure):
    """The server will not take this letter (5xx, RFC 5321 4.2.1)."""


class RecipientRefused(LetterRefused):
    """The server will not take letters to this address. `said` is its answer."""

    def __init__(self, reason: str, said: str) -> None:
        super().__init__(reason)
        self.said = said


class AddressUnusable(PermanentFailure):
    """The address cannot be written to by mail."""


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

    def rest(self) -> None:
        """Let go of the server while there is nothing to send."""

    def _hand_over(self, letter: Letter) -> None:
        raise NotImplementedError


class SmtpConnection(Connection):
    """A kept connection to the mail server."""

    host: Bounded | None
    _since = _deadline = 0.0

    def rest(self) -> None:
        """Say goodbye; a server that is gone does not matter."""
        host, self.host = self.host, None
        if host is not None:
            host.deadline = time.monotonic() + self.settings.mail_timeout
            host.hang_up()

    def try_out(self) -> None:
        """Connect and say goodbye, without a letter. Raises ServerUnreachable or ServerSilent."""
        self._deadline = time.monotonic() + TRY_LIMIT
        self.host = self.configure_host()
        self.rest()

    def configure_host(self) -> Bounded:
        """Connect: with a time limit, a checked certificate and a name that is not this machine's.

        Raises ServerUnreachable or ServerSilent.
        """
        options: dict[str, Any] = {
            "deadline": self._deadline,
            "timeout": self.settings.mail_timeout,
            "local_hostname": urlsplit(self.settings.base_url).hostname,
        }
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
            if self.mail.use_tls:
                host.starttls(context=trusted())
            host.ehlo_or_helo_if_needed()
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except (OSError, smtplib.SMTPException) as error:
            host.close()
            raise _no_connection(error) from error
        return host

    def _hand_over(self, letter: Letter) -> None:
        """Deliver over the kept connection; over a fresh one if the server had closed it."""
        sender = envelope_address(self._bounces_to(letter))
        recipient = envelope_address(letter.to.address)
        octets = mime.as_bytes(letter)
        self._replace_if_old()
        is_kept = self.host is not None
        self._deadline = time.monotonic() + TRY_LIMIT
        try:
            self._converse(sender, recipient, octets)
        except _ClosedBefore:
            if not is_kept:
                raise
            self._converse(sender, recipient, octets)

    def _bounces_to(self, letter: Letter) -> str:
        """Return the sender on the envelope: an address of its own for each letter (VERP)."""
        ours = self.settings.mail_envelope_sender
        return marks.marked(ours, letter.mark) if ours else letter.sender.address

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
        is_handed_over = False
        try:
            _expect(host.mail(sender, []))
            _expect(host.rcpt(recipient), is_recipient=True)
            _expect(host.docmd("DATA"))
            is_handed_over = True
            host.send(_dotted(octets))
            _expect(host.getreply())
        except NotDelivered as failure:
            self._start_over(failure)
            if isinstance(failure, _Closing) and not is_handed_over:
                raise _ClosedBefore(failure.reason) from failure
            raise
        except (OSError, smtplib.SMTPException) as error:
            self.host = None
            host.close()
            if _is_timeout(error):
                raise ServerSilent(SILENT) from error
            if is_handed_over:
                raise ServerUnreachable(_LOST) from error
            raise _ClosedBefore(_CLOSED) from error

    def _start_over(self, failure: NotDelivered) -> None:
        """Make the connection fit for the next letter, or let go of it."""
        host = self.host
        if host is None:
            return
        try:
            is_fit = not isinstance(failure, _Closing | _Garbled) and host.rset()[0] < TEMPORARY
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
            raise ServerUnreachable(_NO_MAILDIR) from error


SILENT = "The mail server did not answer in time."
_UNREACHABLE = "The mail server cannot be reached."
_CLOSED = "The mail server closed the connection."
_LOST = "The mail server closed the connection before it said whether it took the email."
_GARBLED = "The mail server's answer cannot be understood."
_NOT_SIGNED_IN = "The mail server does not accept our name and password."
_NO_SERVICE = "The mail server does not offer what the settings ask for."
_UNTRUSTED = "The mail server's certificate is not to be trusted."
_NO_MAILDIR = "The mail folder cannot be written to."
DOWN = (
    SILENT,
    _UNREACHABLE,
    _CLOSED,
    _LOST,
    _GARBLED,
    _NOT_SIGNED_IN,
    _NO_SERVICE,
    _UNTRUSTED,
    _NO_MAILDIR,
)
"""Why a server takes nobody's mail."""


class _ClosedBefore(TemporaryFailure):
    """The server hung up before it had anything of the letter, so it may be said again."""


class _Closing(ServerBusy):
    """The server answered 421: it is closing the connection (RFC 5321 3.8)."""


class _Garbled(ServerUnreachable):
    """What came is no reply (RFC 5321 4.2): whoever is there speaks something else."""


def _expect(reply: tuple[int, bytes], *, is_recipient: bool = False) -> None:
    """Go on when the server agreed.

    Raises ServerBusy or LetterRefused with its words, or ServerUnreachable when it has none.
    """
    code, text = reply
    if LEAST_CODE <= code < TEMPORARY:
        return
    if code < LEAST_CODE:
        raise _Garbled(_GARBLED)
    said = one_line(f"{code} {text.decode('utf-8', 'replace')}")[:LONGEST_REPLY]
    if code >= PERMANENT:
        sentence = f"The mail server refused the email: {said}"
        if is_recipient:
            raise RecipientRefused(sentence, said)
        raise LetterRefused(sentence)
    sentence = f"The mail server asked to try again later: {said}"
    raise (_Closing if code == CLOSING else ServerBusy)(sentence)


def _dotted(octets: bytes) -> bytes:
    """Return the letter as DATA takes it: leading dots doubled, a lone dot last (4.5.2)."""
    stuffed = octets.replace(b"\r\n.", b"\r\n..")
    return stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n")


def _is_timeout(error: BaseException) -> bool:
    """Tell whether waiting was the trouble; smtplib says "disconnected" for both."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _no_connection(error: OSError | smtplib.SMTPException) -> TemporaryFailure:
    """Say in plain words why there is no connection."""
    if _is_timeout(error):
        return ServerSilent(SILENT)
    if isinstance(error, ssl.SSLCertVerificationError):
        return ServerUnreachable(_UNTRUSTED)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return ServerUnreachable(_NO_SERVICE)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return ServerUnreachable(_NOT_SIGNED_IN)
    return ServerUnreachable(_UNREACHABLE)
