"""The command line's door to reminders."""

from datetime import datetime

import click
from flask.cli import AppGroup

from forum import clock
from forum.events import queries as events
from forum.i18n import day_in_words, time_in_words, zone_in_words
from forum.reminders import queries
from forum.reminders.preview import preview

reminders = AppGroup("reminders", help="See which reminders will go out.")


@reminders.command("preview")
@click.argument("event", metavar="EVENT")
def preview_command(event: str) -> None:
    """Say who will get which reminder of EVENT when, each on their own clock. Sends nothing.

    Also who was missed, and for whom the rules come to more than four emails.
    """
    found = events.named(event)
    if found is None:
        raise click.ClickException(f'There is no event "{event}".')
    seen = preview(found, queries.of_event(found), now=clock.now())
    if not seen.ahead:
        click.echo("No reminder is ahead.")
    for group in seen.ahead:
        leads = ", ".join(dict.fromkeys(rule.lead for rule in group.rules))
        click.echo(f"{leads}  {_moment(group.goes_at, group.timezone)}: {len(group.people)}")
        for person in group.people:
            click.echo(f"    {person.name}")
        for person, reason in group.silent:
            click.echo(f"    {person.name}: not sent. {reason}")
    for missed in seen.missed:
        why = "mail could not leave in time" if missed.was_late else "the rule was armed later"
        click.echo(f"Missed  {_moment(missed.due_at, missed.timezone)}: not sent late, {why}")
        for person in missed.people:
            click.echo(f"    {person.name}")
    if seen.crowded:
        click.echo("More than four emails; the earliest reminders are left out for:")
        for person in seen.crowded:
            click.echo(f"    {person.name}")


def _moment(at: datetime, zone: str) -> str:
    parts = day_in_words(at, zone), time_in_words(at, zone), zone_in_words(zone, at)
    return ", ".join(parts)
