"""The command line's door to reminders."""

import click
from flask.cli import AppGroup

from forum import clock
from forum.events import queries as events
from forum.i18n import day_in_words, time_in_words, zone_in_words
from forum.reminders.actions import preview

reminders = AppGroup("reminders", help="See which reminders will go out.")


@reminders.command("preview")
@click.argument("event", metavar="EVENT")
def preview_command(event: str) -> None:
    """Say who will get which reminder of EVENT when, each on their own clock. Sends nothing."""
    found = events.named(event)
    if found is None:
        raise click.ClickException(f'There is no event "{event}".')
    groups = list(preview(found, now=clock.now()))
    if not groups:
        click.echo("No reminder is ahead.")
    for group in groups:
        when = (
            f"{day_in_words(group.due_at, group.timezone)}, "
            f"{time_in_words(group.due_at, group.timezone)}, "
            f"{zone_in_words(group.timezone, group.due_at)}"
        )
        click.echo(f"{group.reminder.lead}  {when}")
        for name in group.names:
            click.echo(f"    {name}")
        for name, reason in group.silent:
            click.echo(f"    {name}: not sent. {reason}")
