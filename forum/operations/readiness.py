"""Whether visitors can be served, and what an operator must know besides."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from forum.config import Settings
from forum.db import db
from forum.operations import queries
from forum.outbox.queries import Health, health

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory


@dataclass
class Readiness:
    """What was found: bare facts, and warnings in words."""

    is_ready: bool = True
    facts: dict[str, object] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def readiness(settings: Settings, *, now: datetime) -> Readiness:
    """Return whether the database answers and has this release's schema, and all warnings."""
    found = Readiness()
    found.facts["limits"] = "on" if settings.limits else "OFF"
    if not settings.limits:
        found.warnings.append("FORUM_LIMITS is off: anyone can flood this service.")
    try:
        schema, newest = queries.schema(), newest_schema()
        outbox = health(now=now)
    except SQLAlchemyError as error:
        db.session.rollback()
        found.is_ready = False
        found.facts["database"] = "unreachable"
        found.warnings.append(f"The database does not answer ({type(error).__name__}).")
        return found
    found.facts |= {"database": "ok", "schema": schema, "newest_schema": newest}
    if schema != newest:
        found.is_ready = False
        found.warnings.append("The database has another schema: run `flask db upgrade`.")
    found.facts |= _outbox_facts(outbox, now)
    found.warnings += outbox_warnings(outbox)
    return found


@cache
def known_schemas() -> frozenset[str]:
    """Return every migration that this release knows."""
    return frozenset(each.revision for each in _migrations().walk_revisions())


@cache
def newest_schema() -> str:
    """Return the newest migration that this release brings."""
    return _migrations().get_current_head() or ""


def _migrations() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - heavy, and rarely needed

    migrate = current_app.extensions["migrate"]
    return ScriptDirectory.from_config(migrate.migrate.get_config())


def outbox_warnings(outbox: Health) -> list[str]:
    """Return what keeps mail from going out, in words."""
    warnings = []
    if outbox.workers == 0:
        warnings.append("No worker runs: mail waits. Start `flask worker`.")
    if outbox.stopped_at:
        warnings.append(
            f"All emails were stopped at {outbox.stopped_at:%Y-%m-%d %H:%M} UTC, by an organizer"
            " or because a backup was restored. An owner lets them leave under Outbox."
        )
    if outbox.trouble:
        since = outbox.trouble.since
        warnings.append(f"{outbox.trouble.reason} Since {since:%Y-%m-%d %H:%M} UTC.")
    if outbox.overdue:
        warnings.append(
            f"{outbox.overdue} messages have been due for five minutes and were not sent."
        )
    if outbox.stumbles_over:
        names = ", ".join(event.slug for event in outbox.stumbles_over)
        warnings.append(f"The worker cannot see to waitlist and reminders of {names}: see its log.")
    if outbox.failed:
        warnings.append(f"{outbox.failed} messages could not be sent: see `flask outbox list`.")
    return warnings


def _outbox_facts(outbox: Health, now: datetime) -> dict[str, object]:
    age = (
        None if outbox.last_beat_at is None else round((now - outbox.last_beat_at).total_seconds())
    )
    return {
        "workers": outbox.workers,
        "worker_seen_seconds_ago": age,
        "overdue": outbox.overdue,
        "is_mail_going_out": outbox.is_well,
    }
