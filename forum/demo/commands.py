"""The command line's door to the demo."""

import click
from flask.cli import AppGroup

from forum import clock, links
from forum.accounts.actions import make_link
from forum.accounts.queries import organizer_at
from forum.config import current_settings
from forum.db import transaction
from forum.demo.actions import ORGANIZER, NotEmpty, load_demo

demo = AppGroup("demo", help="An invented year, to look around in.")


@demo.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing when there is a programme already.")
def load_command(*, if_empty: bool) -> None:
    """Fill an empty database with the demo programme, its people and its organizer."""
    try:
        with transaction():
            loaded = load_demo(now=clock.now())
    except NotEmpty as refusal:
        if if_empty:
            return
        click.echo(refusal.sentence, err=True)
        raise SystemExit(1) from None
    click.echo(f"Demo programme: {len(loaded.report.added)} parts.")
    click.echo(f"Demo people: {loaded.registrations} registered for the forum.")
    click.echo(f"Demo organizer: {loaded.organizer.email}")


@demo.command("welcome")
def welcome_command() -> None:
    """Print where the demo is, and a link that signs its organizer in, once."""
    settings = current_settings()
    click.echo(f"\nForum is at  {settings.base_url}/")
    organizer = organizer_at(ORGANIZER[0])
    if organizer is not None:
        with transaction():
            link = make_link(organizer, now=clock.now())
        token = links.token("sign-in", link.public_id, 1)
        click.echo(f"The desk     {links.absolute('accounts.open_link', token=token)}")
        click.echo("             (opens once, within 15 minutes; make run prints a new one)")
    if not settings.mail_server:
        click.echo(f"Mail goes to {settings.instance / 'mail'}")
    click.echo("Stop with Ctrl-C.\n")
