"""Commands that back everything up into one file, and put it back."""

import sys
from functools import partial
from pathlib import Path

import click
import flask_migrate
from flask import current_app
from flask.cli import with_appcontext

from forum import clock
from forum.config import Settings, current_settings
from forum.db import db
from forum.operations.backups import making, restore_actions
from forum.operations.backups.archive import Manifest
from forum.operations.backups.container import Refused
from forum.operations.doctor import examine
from forum.operations.schema import known_schemas
from forum.privacy import housekeeping, purge_queries
from forum.sealed import key_id

RUNNING = ("Outbox", "Mail server", "Mailboxes", "Backup")
"""What says nothing while web and worker are stopped."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--plain", is_flag=True, help="Do not encrypt it: whoever has the file reads it.")
@with_appcontext
def backup(file: Path, *, plain: bool) -> None:
    """Write everything that is worth keeping into FILE, while all runs.

    Database and tombstones, encrypted under the newest of FORUM_BACKUP_KEYS. There is a FILE only
    if it is whole. Keep it apart from the keys, and not for longer than 35 days.
    """
    settings, now = current_settings(), clock.now()
    target = file.absolute()
    try:
        with making.work_folder(settings) as work:
            manifest = making.make(settings, target, work, plain=plain, now=now)
    except Refused as refused:
        sys.exit(str(refused))
    making.note(settings, now=now)
    how = "not encrypted" if plain else f"encrypted under the key {key_id(settings.backup_keys[0])}"
    click.echo(f"{_content(manifest)} are in {file}, {how}.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replacing", default="", help="How many registrations are there now.")
@click.option("--plain", is_flag=True, help="Believe a FILE that is not encrypted.")
@click.option("--leave-shut", default="", help="How many answers stay shut: their key is lost.")
@click.option("--purge-later", is_flag=True, help="Let a purge that was wrong be prevented.")
@with_appcontext
def restore(file: Path, *, replacing: str, plain: bool, leave_shut: str, purge_later: bool) -> None:
    """Put the backup FILE in place of the database. Stop web and worker first.

    Everything is checked before anything is touched. What is there is kept aside as a backup, and
    replaced only if you say with --replacing how much it is. Then the schema is brought to this
    release, the erased are erased again, the remembered are held, what was kept long enough goes,
    and doctor looks at it. With --purge-later it stays until a worker starts, or `purge` is run:
    start the web alone, and correct the day of an event first.
    """
    settings = current_settings()
    db.session.remove()
    db.engine.dispose()
    wish = restore_actions.Wish(file.absolute(), replacing.strip(), plain, leave_shut.strip())
    try:
        restored = restore_actions.restore(
            settings,
            wish,
            known_schemas(),
            partial(_prepare, purges=not purge_later),
            now=clock.now(),
        )
    except Refused as refused:
        sys.exit(str(refused))
    if restored.kept_aside:
        click.echo(f"What was there is kept in {restored.kept_aside}: delete it within 35 days.")
    click.echo(f"{_content(restored.manifest)} of {restored.manifest.made_at} are back.")
    click.echo(
        "All emails to attendees are stopped: they would say what was so at the backup."
        " Once you have looked at what came after, an owner lets them leave, under Outbox."
    )
    findings = examine(settings, now=clock.now(), but_for=RUNNING)
    for finding in findings:
        word = "WRONG" if finding.is_wrong else "note "
        click.echo(f"{word}  {finding.check}: {finding.sentence}")
    if any(finding.is_wrong for finding in findings):
        sys.exit(1)
    click.echo("Start the web, and the worker last." if purge_later else "Start web and worker.")


def _prepare(settings: Settings, *, purges: bool) -> None:
    """Bring a restored database to this release, and end in it what has ended meanwhile."""
    now = clock.now()
    with current_app.extensions["forum_factory"](settings).app_context():
        flask_migrate.upgrade()
        again = housekeeping.erase_again(now=now)
        held, organizers = housekeeping.carry_over(now=now)
        ended = sum(housekeeping.purge(now=now).values()) if purges else None
        large = purge_queries.large_purge(now=now)
        db.session.remove()
        db.engine.dispose()
    if ended is None:
        click.echo(
            f"{again} people were erased again. What was kept long enough is there: correct what"
            " is wrong before a worker starts, which purges."
        )
    else:
        click.echo(f"{again} people were erased again; {ended} things had been kept long enough.")
    if held:
        click.echo(
            f"{held} people are held, who have died or are close to someone who has:"
            " the desk's list asks about them."
        )
    if organizers:
        click.echo(f"{organizers} organizers who had been ended were ended again.")
    if large:
        click.echo(
            f"{large.number} people have been kept long enough, more than half of everybody:"
            " they are still there. `purge --dry-run` says who goes."
        )


def _content(manifest: Manifest) -> str:
    number = manifest.counts.get("registration", 0)
    return f"{number} registrations of {manifest.counts.get('event', 0)} events"
