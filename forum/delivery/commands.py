"""The command line's door to the outbox, and to the worker that empties it."""

import os
import signal
import sys

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from forum import clock
from forum.db import db, transaction
from forum.delivery.worker import Crew, Worker
from forum.errors import Refusal
from forum.outbox import actions, queries
from forum.outbox.models import Message, MessageState

outbox = AppGroup("outbox", help="See what is in the outbox, and try again.")


@outbox.command("list")
@click.option(
    "--state",
    type=click.Choice([str(state) for state in MessageState]),
    help="Only messages in this state.",
)
@click.option("--most", default=50, show_default=True, help="How many lines, newest first.")
def list_command(state: str | None, most: int) -> None:
    """Count the messages in each state, then list them. Names no person."""
    for each, number in queries.counts().items():
        click.echo(f"{number:8} {each}")
    wanted = MessageState(state) if state else None
    for message in db.session.scalars(queries.messages(state=wanted).limit(most)):
        reason = f"  {message.reason}" if message.reason else ""
        click.echo(
            f"{message.id:8} {message.state:8} {message.email:16} "
            f"due {message.due_at:%Y-%m-%d %H:%M} UTC{reason}"
        )


@outbox.command("retry")
@click.argument("numbers", metavar="NUMBER…", nargs=-1, type=int)
@click.option("--failed", is_flag=True, help="Every message that failed.")
def retry_command(numbers: tuple[int, ...], *, failed: bool) -> None:
    """Try messages again that failed or were dropped, by their numbers in `outbox list`."""
    if bool(numbers) == failed:
        sentence = "Name the messages by number, or say --failed."
        raise click.UsageError(sentence)
    with transaction():
        which = Message.state == MessageState.FAILED if failed else Message.id.in_(numbers)
        found = db.session.query(Message).where(which).all()
        missing = set(numbers) - {message.id for message in found}
        if missing:
            listed = ", ".join(map(str, sorted(missing)))
            raise click.ClickException(f"There is no message {listed}. Nothing was changed.")
        for message in found:
            try:
                actions.retry(message, now=clock.now())
            except Refusal as refusal:
                raise click.ClickException(
                    f"Message {message.id}: {refusal.sentence} Nothing was changed."
                ) from None
    click.echo(f"{len(found)} to be tried again.")


@click.command("worker")
@click.option("--once", is_flag=True, help="Plan and send what is due now, then end.")
@with_appcontext
def worker_command(*, once: bool) -> None:
    """Plan reminders and send mail until told to stop. Any number may run."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - threads need the application itself
    if once:
        click.echo(f"{Worker(app).run_once()} messages were dealt with.")
        return
    crew = Crew.gather(app)
    worker = Worker(app, crew)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, worker.stop_on_signal)
    was_told = worker.run()
    crew.dismiss()
    if not was_told:
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves, anew
