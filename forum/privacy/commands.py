"""Commands about what we keep: what goes, and which key it is under."""

import sys
from datetime import datetime

import click
from flask.cli import with_appcontext

from forum import clock
from forum.care import hash_queries
from forum.config import current_settings
from forum.privacy import housekeeping, key_queries, purge_queries, rules
from forum.sealed import key_id


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@click.option("--people", type=int, help="Their number, where very many would go at once.")
@with_appcontext
def purge(*, dry_run: bool, people: int | None) -> None:
    """Delete what was kept long enough, and whom a restored backup brought back.

    A worker does it once a day by itself. It may be stopped at any moment and started again.
    """
    now = clock.now()
    if dry_run:
        for name, number in housekeeping.due(now=now).items():
            click.echo(f"{number:>8}  {name}")
        _say_whom(now)
        click.echo("Nothing was changed.")
        return
    again = housekeeping.erase_again(now=now)
    click.echo(f"{again:>8}  people erased again after a restore")
    held, ended = housekeeping.carry_over(now=now)
    click.echo(f"{held:>8}  people held after a restore, {ended} organizers ended again")
    housekeeping.note_over(now=now)
    large = purge_queries.large_purge(now=now)
    if large and people != large.number:
        _say_whom(now)
        click.echo(
            f"{large.number} people are more than half of everybody. If that is right, say"
            f" `purge --people {large.number}`. Nothing else was changed."
        )
        sys.exit(1)
    for name, number in housekeeping.purge(now=now, people=people).items():
        click.echo(f"{number:>8}  {name}")
    click.echo("Done.")


def _say_whom(now: datetime) -> None:
    """Say event by event whose answers or registrations would go."""
    for name, events in housekeeping.going(now=now).items():
        for each in events:
            event = each.event
            ended = f"ended {event.ends_at:%Y-%m-%d}, counted from {event.kept_from:%Y-%m-%d}"
            click.echo(f"{each.number:>8}  {name} of {event.slug} ({ended})")


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
