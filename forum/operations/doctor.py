"""Everything that can be checked about a running installation, each check one function.

A check returns what it found wrong, in words for the operator; nothing means that all is well.
"""

import shutil
import stat
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from forum.care import hash_queries
from forum.config import Settings
from forum.db import SAFE_SQLITE, db, is_sqlite
from forum.delivery.refusals import NotDelivered
from forum.delivery.transport import Post, SmtpConnection
from forum.hosts import LOCAL_HOSTS
from forum.incoming import mailboxes
from forum.operations import faults, queries, surroundings
from forum.operations import schema as tables
from forum.operations.backups import making
from forum.operations.readiness import outbox_warnings
from forum.outbox.queries import health
from forum.planning import zone_queries
from forum.privacy import carried, tombstones
from forum.privacy.key_queries import values_by_key
from forum.sealed import key_id

LEAST_ROOM = 200 * 1024 * 1024
"""Bytes of free disk below which an operator should act."""
SCHEMA = "Schema"
Check = Callable[[Settings, datetime], Iterable[str]]


@dataclass(frozen=True)
class Finding:
    """What a check found: `is_wrong`, or else only worth knowing."""

    check: str
    sentence: str
    is_wrong: bool


def examine(settings: Settings, *, now: datetime, but_for: Collection[str] = ()) -> list[Finding]:
    """Run every check but those named, wrong findings first.

    What keeps the database from being asked is said once, and not by each check that asks it.
    Changes nothing; may take as long as mail's limit.
    """
    unasked: Collection[str] = ASK_TABLES
    try:
        fault = tables.fault(tables.revision())
    except SQLAlchemyError as error:
        fault = faults.in_words(error, settings) or f"The database says {type(error).__name__}."
        unasked = ASK_TABLES | ASK_DATABASE
    findings = [Finding(SCHEMA, fault, is_wrong=True)] if fault else _compared(settings)
    findings += [
        Finding(name, sentence, is_wrong)
        for is_wrong, checks in ((True, MUST_HOLD), (False, SHOULD_HOLD))
        for name, check in checks.items()
        if name not in but_for and not (fault and name in unasked)
        for sentence in _safely(check, settings, now)
    ]
    db.session.rollback()
    return sorted(findings, key=lambda each: not each.is_wrong)


def _safely(check: Check, settings: Settings, now: datetime) -> list[str]:
    """Return a check's findings; that the database fails is one of them."""
    try:
        return list(check(settings, now))
    except SQLAlchemyError as error:
        return [_unchecked(error, settings)]


def _compared(settings: Settings) -> list[Finding]:
    """Compare the tables with ours, once for both: what we need, and what a restore would lose."""
    try:
        found = tables.differences()
    except SQLAlchemyError as error:
        return [Finding(SCHEMA, _unchecked(error, settings), is_wrong=True)]
    return [
        *(Finding(SCHEMA, sentence, is_wrong=True) for sentence in found.missing),
        *(Finding("Tables", sentence, is_wrong=False) for sentence in found.unknown),
    ]


def _unchecked(error: SQLAlchemyError, settings: Settings) -> str:
    """Leave what failed behind, and say why nothing can be said."""
    db.session.rollback()
    said = faults.in_words(error, settings)
    return said or f"could not be checked: the database says {type(error).__name__}."


def sqlite_library(_settings: Settings, _now: datetime) -> Iterable[str]:
    """Check for the bug that can corrupt a WAL database (fixed in SQLite 3.51.3)."""
    if is_sqlite():
        version = db.session.scalar(text("SELECT sqlite_version()")) or "0"
        if tuple(map(int, version.split("."))) < SAFE_SQLITE:
            yield f"SQLite {version} can corrupt this database; 3.51.3 or newer is needed."


def sqlite_modes(_settings: Settings, _now: datetime) -> Iterable[str]:
    """Check that readers do not wait, that commits last, and that references hold."""
    if is_sqlite():
        wanted = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "secure_delete": 1}
        for name, value in wanted.items():
            found = db.session.scalar(text(f"PRAGMA {name}"))
            if found != value:
                yield f"PRAGMA {name} is {found}, not {value}."


def integrity(_settings: Settings, _now: datetime) -> Iterable[str]:
    """Check the file, and that no row refers to one that is not there."""
    if is_sqlite():
        for sentence in db.session.scalars(text("PRAGMA quick_check(5)")):
            if sentence != "ok":
                yield f"the file is damaged: {sentence}. Restore a backup."
        for row in db.session.execute(text("PRAGMA foreign_key_check")).fetchmany(5):
            yield f"row {row[1]} of {row[0]} refers to a missing row of {row[2]}."


def counters(_settings: Settings, _now: datetime) -> Iterable[str]:
    """Check that the counters of places say what the rows say."""
    for each in (*queries.miscounted_gates(), *queries.miscounted_sessions()):
        yield f"{each.what}: the counter says {each.says}, the rows {each.rows}."


def zones(_settings: Settings, now: datetime) -> Iterable[str]:
    """Check that the clocks on walls show what they were to show, by today's law of time."""
    for event, moved in zone_queries.moved_by_law(now=now):
        yield f"{zone_queries.in_words(event, moved)} Run `flask zones keep`."


def outbox(_settings: Settings, now: datetime) -> Iterable[str]:
    """Check that mail goes out."""
    return outbox_warnings(health(now=now))


def erased(settings: Settings, _now: datetime) -> Iterable[str]:
    """Check that a restored backup has not brought back who was erased, or forgotten who died."""
    returned = len(tombstones.come_back())
    if returned:
        yield (
            f"{returned} people who were erased are back: the database was restored."
            " Run `flask purge`."
        )
    if carried.waiting(settings.instance) != carried.Carried():
        yield "The database was restored, and may not know who has died. Run `flask purge`."


def data_keys(settings: Settings, _now: datetime) -> Iterable[str]:
    """Check that every encrypted answer can be read."""
    known = {key_id(key) for key in settings.data_keys}
    lost = sum(number for key, number in values_by_key().items() if key not in known)
    if lost:
        yield f"{lost} answers cannot be read: their key is not in FORUM_DATA_KEYS."


def older_data_keys(settings: Settings, _now: datetime) -> Iterable[str]:
    """Check that a change of keys was brought to its end."""
    older = {key_id(key) for key in settings.data_keys[1:]}
    number = sum(number for key, number in values_by_key().items() if key in older)
    if number:
        yield f"{number} answers are under an older data key: run `flask keys rotate`."
    elif hash_queries.data_keys_not_kept() & set(settings.data_keys[1:]):
        yield "people may be known again by an older data key alone: run `flask keys rotate`."


def mail_server(settings: Settings, _now: datetime) -> Iterable[str]:
    """Check that the mail server answers, is who it says, and takes our password."""
    if settings.mail_server:
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - as Flask-Mail does
        connection = Post(app, settings).connect()
        assert isinstance(connection, SmtpConnection)  # noqa: S101 - there is a server
        try:
            connection.try_out()
        except NotDelivered as failure:
            yield f"{settings.mail_server}:{settings.mail_port}: {failure.reason}"


def mailboxes_answer(settings: Settings, _now: datetime) -> Iterable[str]:
    """Check that the mailboxes we read for bounces can be opened."""
    for address in settings.mailboxes:
        try:
            with mailboxes.opened(address):
                pass
        except mailboxes.Unreachable as error:
            yield f"{mailboxes.named(address)}: {error.reason}"


def returned_mail(settings: Settings, _now: datetime) -> Iterable[str]:
    """Check that somebody learns of emails that come back."""
    if not settings.mail_server:
        return
    tells_us = settings.ses_topic or settings.postmark_password or settings.mailgun_key
    if not settings.mailboxes and not tells_us:
        yield "FORUM_MAILBOXES is empty, and no provider tells us: nobody learns of bounces."
    if settings.mailboxes and not settings.mail_envelope_sender:
        yield "FORUM_MAIL_ENVELOPE_SENDER is empty: bounces are known only where they quote us."


def secrets(settings: Settings, _now: datetime) -> Iterable[str]:
    """Check that others on this machine cannot read what is stored."""
    inside = sorted(settings.instance.glob("*"))
    for path in dict.fromkeys([settings.instance, settings.database_file, *inside]):
        if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            mode = "700" if path.is_dir() else "600"
            yield f"{path} is open to others: `chmod {mode} {path}`."
    keys = (*settings.secret_keys, *settings.data_keys, *settings.backup_keys)
    if len(set(keys)) < len(keys):
        yield "a key is used twice; each needs its own."


def backup(settings: Settings, now: datetime) -> Iterable[str]:
    """Check that there is a backup of last night, none was killed, and none is kept too long."""
    made_at = making.last_made_at(settings)
    if made_at is None:
        yield "there has been none on this machine: run `flask backup FILE` every night."
    elif making.is_late(made_at, now=now):
        yield f"the last one was made at {made_at:%Y-%m-%d %H:%M} UTC: see why none came since."
    if making.is_left_behind(settings):
        yield f"one was killed in the middle: delete {settings.instance / making.WORK}, or back up."
    for path in making.kept_too_long(settings, now=now):
        yield f"{path} is from before a restore, and holds people who are gone by now: delete it."


def redis(settings: Settings, _now: datetime) -> Iterable[str]:
    """Check that Redis answers, where there is to be one."""
    away = surroundings.redis(settings)
    if away:
        yield away


def room(settings: Settings, _now: datetime) -> Iterable[str]:
    """Check the free disk space, and that it can be written to."""
    for look in (surroundings.database_folder, surroundings.instance_folder):
        full = look(settings)
        if full:
            yield full
            return
    free = shutil.disk_usage(settings.instance).free
    if free < LEAST_ROOM:
        yield f"{free // 1024**2} MB are free in {settings.instance}."


def settings_fit(settings: Settings, _now: datetime) -> Iterable[str]:
    """Check for settings that are right for trying out, not for visitors."""
    if not settings.limits:
        yield "FORUM_LIMITS is off: anyone can flood this service."
    if urlsplit(settings.base_url).hostname in LOCAL_HOSTS:
        yield f"FORUM_BASE_URL is {settings.base_url}: links in mails open on this machine only."
    elif settings.proxy_hops == 0:
        yield "FORUM_PROXY_HOPS is 0: behind a proxy, all visitors share one limit."
    if not settings.mail_server:
        yield f"FORUM_MAIL_SERVER is empty: mail goes into {settings.instance / 'mail'}."


MUST_HOLD: dict[str, Check] = {
    "SQLite library": sqlite_library,
    "SQLite modes": sqlite_modes,
    "Database": integrity,
    "Places": counters,
    "Zones": zones,
    "Outbox": outbox,
    "Erased": erased,
    "Data keys": data_keys,
    "Redis": redis,
    "Mail server": mail_server,
    "Mailboxes": mailboxes_answer,
    "Disk": room,
}
SHOULD_HOLD: dict[str, Check] = {
    "Secrets": secrets,
    "Backup": backup,
    "Older data keys": older_data_keys,
    "Returned mail": returned_mail,
    "Settings": settings_fit,
}
ASK_TABLES = {"Places", "Zones", "Outbox", "Erased", "Data keys", "Older data keys"}
"""Checks that say nothing where the tables are not ours."""
ASK_DATABASE = {"SQLite library", "SQLite modes", "Database"}
"""Checks that say nothing, besides, where the database does not answer."""
