"""What is wrong with the database, in one sentence for the operator."""

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from forum.config import Settings
from forum.db import db
from forum.errors import Busy
from forum.operations import schema
from forum.web.errors import LASTING

log = structlog.get_logger()
LOCKED = "The database was locked for five seconds. Nothing was changed: try again."


def in_words(error: Exception, settings: Settings, *, moves_schema: bool = False) -> str:
    """Return what the database's error comes to; nothing where it is no fault of its state.

    Says nothing that a person has typed, and no password. Where the schema was being moved, that
    is not what to do about it.
    """
    if isinstance(error, Busy | PoolTimeout):
        return LOCKED
    if not isinstance(error, DBAPIError):
        return ""
    db.session.rollback()
    reason = _reason(error)
    try:
        fault = schema.fault(schema.revision())
    except SQLAlchemyError as other:
        db.session.rollback()
        return f"{_name(settings)} does not answer: {_reason(other)}."
    if any(words in reason for words in LASTING):
        return _lacking(reason, fault, moves_schema=moves_schema)
    is_its_state = isinstance(error, OperationalError | InterfaceError)
    return f"{_name(settings)} says: {reason}." if is_its_state else ""


def _lacking(reason: str, fault: str, *, moves_schema: bool) -> str:
    """Return what it comes to that a table or a column is not there."""
    if moves_schema:
        return f"The schema cannot be changed from here, and is as it was: {reason}."
    return fault or (
        f"The database misses what this release needs ({reason}): `flask doctor` says what."
    )


def at_start(settings: Settings) -> str:
    """Return why web and worker cannot begin: there are no tables. Leaves nothing open.

    A database that is away is only logged: it may come later than we do.
    """
    try:
        return "" if schema.revision() else schema.NO_TABLES
    except SQLAlchemyError as error:
        log.warning("database_away", said=in_words(error, settings))
        return ""
    finally:
        db.session.remove()
        db.engine.dispose()


def _name(settings: Settings) -> str:
    """Return what the database is known by, and which setting says where it is."""
    if settings.is_sqlite:
        return f"The database {settings.database_file}"
    return "The database (FORUM_DATABASE_URL)"


def _reason(error: SQLAlchemyError) -> str:
    """Return the engine's own words, the first line, without the statement."""
    said = str(error.orig) if isinstance(error, DBAPIError) else type(error).__name__
    first = said.strip().partition("\n")[0]
    return first.removeprefix("connection failed: ").rstrip(".")
