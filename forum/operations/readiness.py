"""Whether visitors can be served, and what an operator must know besides."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from forum.config import Settings
from forum.db import db
from forum.operations import faults, schema, surroundings
from forum.outbox.queries import Health, health


@dataclass
class Readiness:
    """What was found: bare facts, and warnings in words."""

    is_ready: bool = True
    facts: dict[str, object] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def readiness(settings: Settings, *, now: datetime) -> Readiness:
    """Return whether visitors can be served, and all warnings.

    They can when the database answers, has this release's schema, and room to write.
    """
    found = Readiness()
    _look_around(settings, found)
    try:
        revision = schema.revision()
        fault = schema.fault(revision)
        outbox = None if fault else health(now=now)
    except SQLAlchemyError as error:
        db.session.rollback()
        found.is_ready = False
        found.facts["database"] = "faulty"
        found.warnings.append(
            faults.in_words(error, settings) or f"The database says {type(error).__name__}."
        )
        return found
    word = "ok" if not fault else "another schema" if revision else "no tables"
    found.facts |= {"database": word, "schema": revision, "newest_schema": schema.newest_schema()}
    if fault:
        found.is_ready = False
        found.warnings.append(fault)
    if outbox:
        found.facts |= _outbox_facts(outbox, now)
        found.warnings += outbox_warnings(outbox)
    return found


def _look_around(settings: Settings, found: Readiness) -> None:
    """Say what limits are worth, and where nothing more can be written."""
    found.facts["limits"] = "on" if settings.limits else "OFF"
    if not settings.limits:
        found.warnings.append("FORUM_LIMITS is off: anyone can flood this service.")
    if settings.redis_url:
        away = surroundings.believed_redis(settings)
        found.facts["redis"] = "away" if away else "ok"
        found.warnings += [away] if away else []
    full = surroundings.believed_database_folder(settings)
    if full:
        found.is_ready = False
    full = full or surroundings.believed_instance_folder(settings)
    found.facts["disk"] = "cannot be written to" if full else "ok"
    found.warnings += [full] if full else []


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
