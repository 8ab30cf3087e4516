"""Whether the database has the tables that this release needs, and what of them it misses."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy import inspect, text

from forum.db import db

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

NO_TABLES = "The database has no tables yet: run `flask db upgrade`."


def revision() -> str:
    """Return the migration that the database is at; nothing where it has no tables yet."""
    if not inspect(db.session.connection()).has_table("alembic_version"):
        return ""
    return db.session.scalar(text("SELECT version_num FROM alembic_version")) or ""


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


def fault(found: str) -> str:
    """Return what to do about a database that is at `found`; nothing where it is at the newest."""
    if found == newest_schema():
        return ""
    if not found:
        return NO_TABLES
    if found not in known_schemas():
        return (
            f"The database is at schema {found}, which this release does not know:"
            " install the newer release."
        )
    return (
        f"The database is at schema {found}, this release needs {newest_schema()}:"
        " run `flask db upgrade`."
    )


@dataclass(frozen=True)
class Differences:
    """How the tables that are there differ from those that this release needs, in sentences."""

    missing: list[str]
    """What we need that is not there, or is not as it must be."""
    unknown: list[str]
    """What is there that this release knows nothing of."""


def differences() -> Differences:
    """Compare the live database with our records."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - heavy, and rarely needed
    from alembic.migration import MigrationContext  # noqa: PLC0415 - as above

    context = MigrationContext.configure(db.session.connection(), opts={"compare_type": True})
    said: dict[bool, list[str]] = {True: [], False: []}
    for found in compare_metadata(context, db.metadata):
        for change in found if isinstance(found, list) else [found]:
            is_missing, sentence = _in_words(change)
            said[is_missing].append(sentence)
    return Differences(missing=said[True], unknown=said[False])


def _in_words(change: tuple[Any, ...]) -> tuple[bool, str]:
    """Say one difference plainly; whether it is something that we need."""
    kind, *rest = change
    verb, _, what = kind.partition("_")
    if verb in {"add", "remove"}:
        part = rest[-1]
        name = f"{rest[1]}.{part.name}" if what == "column" else f"{part.name}"
        if what in {"index", "constraint", "fk"}:
            name = f"{name} of {part.table.name}"
        what = {"fk": "foreign key", "constraint": "rule"}.get(what, what)
        is_missing = verb == "add"
        return is_missing, f"the {what} {name} {'is missing' if is_missing else 'is not ours'}."
    _schema, table, column, *_existing, before, after = rest
    if what == "nullable":
        words = ("may be empty, and must not", "must not be empty, and may")
        return True, f"{table}.{column} {words[bool(after)]}."
    return True, f"the {what} of {table}.{column} is {before!r}, and should be {after!r}."
