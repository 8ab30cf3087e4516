"""Commands for the operator: is all well, and fresh keys; and how each command says what failed."""

import sys
from collections.abc import Callable
from functools import wraps

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from forum import clock
from forum.config import current_settings
from forum.db import db
from forum.errors import Busy
from forum.operations import faults, schema
from forum.operations.doctor import examine
from forum.sealed import new_key


@click.command()
@with_appcontext
def doctor() -> None:
    """Check database, places, outbox, mail server and settings. Fails if something is wrong."""
    findings = examine(current_settings(), now=clock.now())
    for finding in findings:
        click.echo(
            f"{'WRONG' if finding.is_wrong else 'note '}  {finding.check}: {finding.sentence}"
        )
    if any(finding.is_wrong for finding in findings):
        sys.exit(1)
    click.echo("All is well.")


@click.group()
def keys() -> None:
    """Keys that sign links and encrypt answers."""


@keys.command()
def new() -> None:
    """Print a fresh key, good for FORUM_SECRET_KEYS, FORUM_DATA_KEYS and FORUM_BACKUP_KEYS."""
    click.echo(new_key())


Work = Callable[..., object]


def say_faults(command: click.Command, *, moves_schema: bool = False) -> None:
    """Let a command, and each of a group, end with one sentence where the database is at fault."""
    for each in command.commands.values() if isinstance(command, click.Group) else ():
        say_faults(each, moves_schema=moves_schema)
    if command.callback is not None:
        command.callback = _ends_plainly(command.callback, moves_schema=moves_schema)


def _ends_plainly(work: Work, *, moves_schema: bool) -> Work:
    @wraps(work)
    def worked(*args: object, **options: object) -> object:
        try:
            return work(*args, **options)
        except (SQLAlchemyError, Busy) as error:
            said = faults.in_words(error, current_settings(), moves_schema=moves_schema)
            if not said:
                raise
        sys.exit(said)

    return worked


def need_tables(command: click.Command) -> None:
    """Let a command begin only where there are tables."""
    work = command.callback
    assert work is not None  # noqa: S101 - a command does something

    @wraps(work)
    @with_appcontext
    def worked(*args: object, **options: object) -> object:
        fault = faults.at_start(current_settings())
        if fault:
            sys.exit(fault)
        return work(*args, **options)

    command.callback = worked


def say_revisions(command: click.Command) -> None:
    """Let a command that moves the schema say from where to where."""
    work = command.callback
    assert work is not None  # noqa: S101 - as above

    @wraps(work)
    @with_appcontext
    def worked(*args: object, **options: object) -> None:
        before = _revision()
        if before and before not in schema.known_schemas():
            sys.exit(schema.fault(before))
        work(*args, **options)
        click.echo(_moved(before, _revision()))

    command.callback = worked


def _revision() -> str:
    """Return where the schema is, and keep nobody from changing it."""
    try:
        return schema.revision()
    finally:
        db.session.remove()


def _moved(before: str, after: str) -> str:
    if before == after:
        return f"The database is at schema {after} already." if after else schema.NO_TABLES
    if not before:
        return f"The database had no tables; it is at schema {after} now."
    return f"The database was at schema {before}; it is at {after or 'none'} now."
