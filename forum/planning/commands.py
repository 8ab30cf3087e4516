"""The command line's door to the law of time."""

import click
from flask.cli import AppGroup

from forum import clock
from forum.db import transaction
from forum.planning import zone_actions, zone_queries

zones = AppGroup("zones", help="Keep the clocks on walls when a zone's law changes.")


@zones.command("keep")
@click.option("--dry-run", is_flag=True, help="Only say what would be moved.")
def keep_command(dry_run: bool) -> None:  # noqa: FBT001 - click's own way
    """Move the instants of what comes to where its clock shows what it was to show.

    After an update of the zone data. Nobody is written to: who reads the event's clock was told
    rightly. How many read another clock is said, for the desk to write to them.
    """
    now = clock.now()
    found = zone_queries.moved_by_law(now=now)
    if not found:
        click.echo("Every clock shows what it was to show.")
    for event, moved in found:
        click.echo(zone_queries.in_words(event, moved))
        if others := zone_queries.on_other_clocks(event):
            click.echo(f"    {others} people read it on another clock, which shows another time.")
        if not dry_run:
            with transaction():
                zone_actions.keep_walls(event, now=now)
            click.echo("    Moved.")
