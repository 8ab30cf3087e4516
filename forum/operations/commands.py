"""Commands for the operator: is all well, and fresh keys."""

import sys

import click
from flask.cli import with_appcontext

from forum import clock
from forum.config import current_settings
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
