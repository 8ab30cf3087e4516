"""Settings: read once from `FORUM_*` environment variables, checked, then never changed."""

import base64
import binascii
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from flask import current_app

from forum import hosts

PREFIX = "FORUM_"
SHORTEST_SECRET = 32
DATA_KEY_BYTES = 32
SHORTEST_PASSWORD = 16
LAST_PORT = 65535
LOG_LEVELS = ("debug", "info", "warning", "error")
LONGEST_ENVELOPE_NAME = 24
"""Octets before the @ that leave room for the mark of an email (64, RFC 5321 4.5.3.1.1)."""


class ConfigError(Exception):
    """The settings are incomplete or contradict each other. Each fault names its variable."""

    def __init__(self, faults: list[str]) -> None:
        """Keep all faults, so that one start shows them all."""
        super().__init__("Forum cannot start:\n" + "\n".join(f"- {fault}" for fault in faults))
        self.faults = faults


def number(default: int, *, least: int = 1, most: int) -> Any:  # noqa: ANN401 - as `field`
    """Declare a setting that is a number, and the smallest and largest that make sense."""
    return field(default=default, metadata={"least": least, "most": most})


def address(default: str = "") -> Any:  # noqa: ANN401 - as `field`
    """Declare a setting that is one plain email address, or empty."""
    return field(default=default, metadata={"is_address": True})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that an installation may decide, each explained below itself. Times in seconds.

    Each field is the environment variable of the same name, in capitals, after `FORUM_`.
    """

    secret_keys: tuple[str, ...]
    """Signs links and cookies; newest first, older ones are still understood."""
    data_keys: tuple[str, ...]
    """Encrypts personal answers: URL-safe base64 of 32 random bytes each; newest first."""
    backup_keys: tuple[str, ...] = ()
    """Encrypts backups, made as the data keys are; newest first, older ones still open theirs."""
    base_url: str = "http://localhost:8000"
    """Where visitors reach us; every absolute link begins with it. Follows the port by default."""
    instance_path: str = "instance"
    """Folder for the database, the task file and the Maildir of an embedded installation."""
    database_url: str = ""
    """Empty for SQLite in the instance folder, or `postgresql://…`."""
    redis_url: str = ""
    """Empty for tasks and limits in a file and in memory, or `redis://…`."""
    mail_server: str = ""
    """Empty to write mail into a Maildir in the instance folder."""
    mail_port: int = number(25, most=LAST_PORT)
    """Where the mail server listens."""
    mail_username: str = ""
    """How we sign in to the mail server; empty for no sign-in."""
    mail_password: str = ""
    """What belongs to the name."""
    mail_use_tls: bool = False
    """Whether the connection is encrypted by STARTTLS."""
    mail_use_ssl: bool = False
    """Whether the connection is encrypted from the start."""
    mail_timeout: int = number(15, most=3600)
    """How long we wait for each answer of the mail server."""
    mail_default_sender: str = address("events@localhost")
    """The From address; calendar programs expect it to stay the same."""
    mail_invitation_sender: str = address()
    """The From address of invitations to the next forum; empty for the usual one."""
    mail_reply_to: str = address()
    """Empty for the programme's contact address."""
    mail_envelope_sender: str = address()
    """Where bounces go, each to an address of its own made from this one; empty for the From
    address as it is."""
    mail_authserv: str = ""
    """The name under which our incoming mail server writes Authentication-Results (RFC 8601)."""
    mailboxes: tuple[str, ...] = ()
    """Mailboxes to read for bounces and calendars' answers: `imaps://…` or `maildir:/…`."""
    ses_topic: str = ""
    """The Amazon SNS topic, by its ARN, that tells us of bounces; empty for none."""
    postmark_user: str = "postmark"
    """The name that Postmark's webhooks give."""
    postmark_password: str = ""
    """Opens the door for Postmark's webhooks; empty for none."""
    mailgun_key: str = ""
    """Mailgun's webhook signing key; empty for none."""
    sender_threads: int = number(8, most=1000)
    """Connections that one worker sends mail over."""
    host: str = "127.0.0.1"
    """The address at which the web listens."""
    port: int = number(8000, most=LAST_PORT)
    """The port at which the web listens."""
    web_workers: int = number(2, most=1000)
    """Web processes: one for each processor."""
    proxy_hops: int = number(0, least=0, most=100)
    """How many proxies in front of us add `X-Forwarded-*`; 0 to believe none."""
    metrics_token: str = ""
    """Opens `/metrics` to other machines; empty for this machine only."""
    answers_need_passkey: bool = True
    """Whether the desk shows what people told us only after a passkey's yes, and keeps each look;
    off for invented people only."""
    limits: bool = True
    """Off lifts rate limits and the least time a form takes, for load tests only."""
    log_level: str = field(default="info", metadata={"one_of": LOG_LEVELS})
    """The least that is logged: `debug`, `info`, `warning` or `error`."""

    @property
    def is_secure(self) -> bool:
        """Tell whether visitors reach us by https."""
        return self.base_url.startswith("https://")

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the database is the embedded one."""
        return not self.database_url.startswith("postgresql")

    @property
    def database_file(self) -> Path:
        """Return the path of the embedded database."""
        if self.database_url:
            return Path(self.database_url.removeprefix("sqlite:///")).resolve()
        return self.instance / "forum.db"

    @property
    def instance(self) -> Path:
        """Return the instance folder, absolute."""
        return Path(self.instance_path).resolve()

    def make_folders(self) -> None:
        """Make the instance folder where there is none. Raises ConfigError.

        The folder of a database that is elsewhere must be there: a name that is mistyped shall
        not begin an empty one.
        """
        try:
            self.instance.mkdir(parents=True, exist_ok=True)
            fault = _fault_in_folder(self.instance)
        except OSError as error:
            fault = f"{self.instance} cannot be made: {error.strerror}."
        if fault:
            raise ConfigError([f"FORUM_INSTANCE_PATH: {fault}"])
        if self.is_sqlite and self.database_url:
            fault = _fault_in_folder(self.database_file.parent)
            if self.database_file.is_dir():
                fault = f"{self.database_file} is a folder, not a file."
            if fault:
                raise ConfigError([f"FORUM_DATABASE_URL: {fault}"])

    @property
    def sqlalchemy_url(self) -> str:
        """Return the database address as SQLAlchemy takes it."""
        if self.is_sqlite:
            return f"sqlite:///{self.database_file}"
        return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read and check the settings.

        Raises ConfigError naming every variable that is missing, unknown, ill-formed or at odds
        with another.
        """
        given = {
            name.removeprefix(PREFIX).lower(): value.strip()
            for name, value in (os.environ if environ is None else environ).items()
            if name.startswith(PREFIX)
        }
        faults: list[str] = []
        values: dict[str, object] = {}
        known = {field.name: field.type for field in fields(cls)}
        for name, text in given.items():
            if name not in known:
                faults.append(f"{variable(name)} is not a setting. Is it misspelled?")
            elif not text.isprintable():
                faults.append(f"{variable(name)} must be plain text, on one line.")
            elif text:
                try:
                    values[name] = _parse(known[name], text)
                except ValueError as error:
                    faults.append(f"{variable(name)} {error}")
        values.setdefault("base_url", f"http://localhost:{values.get('port', cls.port)}")
        values.setdefault("secret_keys", ())
        values.setdefault("data_keys", ())
        settings = cls(**values)  # type: ignore[arg-type]  # checked field by field above
        faults += _contradictions(settings)
        if faults:
            raise ConfigError(faults)
        return settings


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"{PREFIX}{name.upper()}"


def current_settings() -> Settings:
    """Return the settings of the running application."""
    settings: Settings = current_app.extensions["forum"]
    return settings


def _fault_in_folder(folder: Path) -> str:
    """Return why we cannot keep our files there, or nothing."""
    try:
        if not folder.is_dir():
            return f"there is no folder {folder}."
    except OSError as error:
        return f"{folder}: {error.strerror}."
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return f"{folder} cannot be written to by the user that we run as."
    return ""


def _parse(kind: object, text: str) -> object:
    """Turn a variable's text into a value of the field's kind. Raises ValueError."""
    if kind is bool:
        words = {"on": True, "true": True, "1": True, "off": False, "false": False, "0": False}
        if text.lower() not in words:
            sentence = "must be on or off"
            raise ValueError(sentence)
        return words[text.lower()]
    if kind is int:
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            sentence = "must be a whole number"
            raise ValueError(sentence)
        return int(text)
    if kind == tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def _contradictions(settings: Settings) -> list[str]:
    """Return what is missing or does not fit together."""
    return [
        *_faults_in_keys(settings),
        *_faults_in_addresses(settings),
        *_faults_in_mail(settings),
        *_faults_in_reports(settings),
        *_faults_in_numbers(settings),
    ]


def _faults_in_keys(settings: Settings) -> list[str]:
    faults = []
    if not settings.secret_keys:
        faults.append("FORUM_SECRET_KEYS is missing. `python -m forum.keys` prints fresh keys.")
    if any(len(key) < SHORTEST_SECRET for key in settings.secret_keys):
        faults.append(f"FORUM_SECRET_KEYS needs {SHORTEST_SECRET} characters or more in each key.")
    if not settings.data_keys:
        faults.append("FORUM_DATA_KEYS is missing. `python -m forum.keys` prints fresh keys.")
    if not all(_is_data_key(key) for key in settings.data_keys):
        faults.append("FORUM_DATA_KEYS must be URL-safe base64 of 32 bytes, in each key.")
    if not all(_is_data_key(key) for key in settings.backup_keys):
        faults.append("FORUM_BACKUP_KEYS must be URL-safe base64 of 32 bytes, in each key.")
    return faults


def _is_data_key(key: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(key)) == DATA_KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def _faults_in_addresses(settings: Settings) -> list[str]:
    follows_port = settings.base_url == f"http://localhost:{settings.port}"
    found = {
        "base_url": "" if follows_port else hosts.in_base_url(settings.base_url),
        "database_url": hosts.in_database_url(settings.database_url),
        "redis_url": hosts.in_redis_url(settings.redis_url),
    }
    return [f"{variable(name)} {fault}" for name, fault in found.items() if fault]


def _faults_in_mail(settings: Settings) -> list[str]:
    faults = []
    if not hosts.is_host(settings.mail_server):
        faults.append("FORUM_MAIL_SERVER must be the name of a host, mail.example.org")
    if " " in settings.mail_authserv:
        faults.append("FORUM_MAIL_AUTHSERV must be one word, such as mail.example.org")
    if settings.mail_use_tls and settings.mail_use_ssl:
        faults.append("FORUM_MAIL_USE_TLS and FORUM_MAIL_USE_SSL exclude each other; set one.")
    if bool(settings.mail_username) != bool(settings.mail_password):
        faults.append("FORUM_MAIL_USERNAME and FORUM_MAIL_PASSWORD go together; set both.")
    if settings.mail_server and settings.mail_default_sender.endswith("@localhost"):
        faults.append("FORUM_MAIL_DEFAULT_SENDER is missing: a mail server needs a real sender.")
    for each in fields(settings):
        text = getattr(settings, each.name) if "is_address" in each.metadata else ""
        if text and (text.count("@") != 1 or any(c in text for c in " <>,\r\n")):
            faults.append(f"{variable(each.name)} must be one plain address, name@example.org")
    return faults


def _faults_in_reports(settings: Settings) -> list[str]:
    """Return what is wrong with how we hear of mail that came back. Says no password."""
    faults = []
    local = settings.mail_envelope_sender.partition("@")[0]
    if len(local) > LONGEST_ENVELOPE_NAME:
        faults.append(
            "FORUM_MAIL_ENVELOPE_SENDER must have at most"
            f" {LONGEST_ENVELOPE_NAME} letters before the @: each email adds its own mark there."
        )
    for number, address in enumerate(settings.mailboxes, start=1):
        fault = hosts.in_mailbox(address)
        if fault:
            faults.append(f"FORUM_MAILBOXES: number {number} {fault}")
    if settings.ses_topic and not settings.ses_topic.startswith("arn:aws"):
        faults.append("FORUM_SES_TOPIC must be the topic's ARN, arn:aws:sns:region:account:name")
    if ":" in settings.postmark_user:
        faults.append("FORUM_POSTMARK_USER must not have a colon.")
    if settings.postmark_password and len(settings.postmark_password) < SHORTEST_PASSWORD:
        faults.append(f"FORUM_POSTMARK_PASSWORD needs {SHORTEST_PASSWORD} characters or more.")
    return faults


def _faults_in_numbers(settings: Settings) -> list[str]:
    """Return what stands outside of its bounds, or is none of the words that it may be."""
    faults = []
    for each in fields(settings):
        value, bounds = getattr(settings, each.name), each.metadata
        if "least" in bounds and value < bounds["least"]:
            faults.append(f"{variable(each.name)} must be at least {bounds['least']}")
        elif "most" in bounds and value > bounds["most"]:
            faults.append(f"{variable(each.name)} must be at most {bounds['most']}")
        elif "one_of" in bounds and value.lower() not in bounds["one_of"]:
            *first, last = bounds["one_of"]
            faults.append(f"{variable(each.name)} must be {', '.join(first)} or {last}")
    if not hosts.is_ip(settings.host):
        faults.append("FORUM_HOST must be an IP address of this machine, such as 127.0.0.1")
    return faults
