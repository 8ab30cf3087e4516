"""The command line's door to the mailboxes that we read."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from forum.config import current_settings
from forum.incoming.reader import MailReader

incoming = AppGroup("incoming", help="Read what mail and calendar programs tell us.")


@incoming.command("read")
def read_command() -> None:
    """Read the mailboxes now. A worker does it every minute. Names no person."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - as the worker's
    rounds = MailReader(app, current_settings()).read()
    if not rounds:
        sentence = "No mailbox is set: see FORUM_MAILBOXES."
        raise click.ClickException(sentence)
    for each in rounds:
        said = each.trouble or f"{each.dealt_with} dealt with, {each.left} left for people."
        click.echo(f"{each.mailbox}: {said}")
    if any(each.trouble for each in rounds):
        sentence = "Not every mailbox could be read."
        raise click.ClickException(sentence)
