"""The command line's door to the demo."""

import re
from email import message_from_bytes
from email.policy import default
from mailbox import Maildir
from pathlib import Path

import click
from flask.cli import AppGroup
from watchfiles import Change, watch

from forum import clock, links
from forum.accounts.actions import make_link
from forum.accounts.queries import organizer_at
from forum.config import current_settings
from forum.db import transaction
from forum.demo.actions import FILE, ORGANIZER, NotEmpty, load_demo
from forum.demo.queries import is_over
from forum.demo.year_rules import brought_near

demo = AppGroup("demo", help="An invented year, to look around in.")


@demo.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing when there is a programme already.")
def load_command(*, if_empty: bool) -> None:
    """Fill an empty database with the demo programme, its people and its organizer.

    Its days are moved by whole weeks, so that a webcast comes this week and the forum is ahead.
    """
    try:
        with transaction():
            now = clock.now()
            loaded = load_demo(brought_near(FILE.read_bytes(), now), now=now)
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
        click.echo(
            f"Mail goes to {settings.instance / 'mail'}; each is told of here, with its link"
        )
    if is_over(clock.now()):
        click.echo(f"The demo's forum is over: for a new one, move {settings.instance} away.")
    click.echo("Stop with Ctrl-C.\n")


@demo.command("mail")
def mail_command() -> None:
    """Say of each email that comes to whom it is, where it lies and which link it brings."""
    settings = current_settings()
    folder = settings.instance / "mail"
    Maildir(folder).close()  # makes it when there is none yet
    for changes in watch(folder / "new", raise_interrupt=False):
        for path in sorted(path for change, path in changes if change is Change.added):
            click.echo(_told(Path(path), settings.base_url))


def _told(path: Path, base_url: str) -> str:
    """Return what a newcomer wants to know of an email: he has no mail program for it."""
    letter = message_from_bytes(path.read_bytes(), policy=default)
    body = letter.get_body(("plain",))
    link = re.search(rf"{re.escape(base_url)}/\S+", body.get_content() if body else "")
    to = ", ".join(each.addr_spec for each in letter["To"].addresses)
    lines = f"Mail for {to}: {path}", letter["Subject"], link[0] if link else ""
    return "\n  ".join(line for line in lines if line)
