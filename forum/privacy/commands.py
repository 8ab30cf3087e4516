"""Commands about what we keep: what goes, and which key it is under."""

import sys

import click
from flask.cli import with_appcontext

from forum import clock
from forum.care import hash_queries
from forum.config import current_settings
from forum.privacy import housekeeping, key_queries, rules
from forum.sealed import key_id


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@with_appcontext
def purge(*, dry_run: bool) -> None:
    """Delete what was kept long enough, and whom a restored backup brought back.

    A worker does it once a day by itself. It may be stopped at any moment and started again.
    """
    now = clock.now()
    if dry_run:
        for name, number in housekeeping.due(now=now).items():
            click.echo(f"{number:>8}  {name}")
        click.echo("Nothing was changed.")
        return
    again = housekeeping.erase_again(now=now)
    for name, number in housekeeping.purge(now=now).items():
        click.echo(f"{number:>8}  {name}")
    click.echo(f"{again:>8}  people erased again after a restore")
    click.echo("Done.")


@click.command()
@with_appcontext
def rotate() -> None:
    """Encrypt every answer under the newest key of FORUM_DATA_KEYS.

    It may be stopped at any moment and started again; all keys of the list are read meanwhile.
    """
    sealed, unreadable = housekeeping.rotate_keys(now=clock.now())
    newest = key_id(current_settings().data_keys[0])
    click.echo(f"{sealed} values are now under the newest key, {newest}.")
    if unreadable:
        click.echo(f"{unreadable} values could not be read: their key is not in FORUM_DATA_KEYS.")
        sys.exit(1)
    click.echo("Restart web and workers before you drop a key; `keys check` says which may go.")


@click.command()
@with_appcontext
def check() -> None:
    """Say how many values each data key encrypts, and which keys may be dropped."""
    counted = key_queries.values_by_key()
    not_kept = hash_queries.data_keys_not_kept()
    for place, key in enumerate(current_settings().data_keys):
        name = key_id(key)
        number = counted.pop(name, 0)
        is_needed = number or key in not_kept
        word = "the newest" if place == 0 else "still needed" if is_needed else "may be dropped"
        click.echo(f"{name}  {number:>8} values  {word}")
    for name, number in sorted(counted.items()):
        click.echo(f"{name}  {number:>8} values  NOT IN FORUM_DATA_KEYS: they cannot be read")
    if not_kept:
        click.echo("By a key that is still needed we may know people and addresses again, too:")
        click.echo("`keys rotate` keeps that apart from it.")
    click.echo(f"Keep a dropped key apart for {rules.BACKUPS.days} days: backups still need it.")
    if counted:
        sys.exit(1)
