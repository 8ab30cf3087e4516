"""Every command of `flask --app wsgi`, from its package."""

from flask import Flask

from forum.accounts.commands import organizer
from forum.demo.commands import demo
from forum.operations.commands import doctor, keys
from forum.outbox.commands import outbox, worker_command
from forum.programme.commands import programme
from forum.reminders.commands import reminders


def register(app: Flask) -> None:
    """Give the application its commands."""
    for command in (demo, doctor, keys, organizer, outbox, programme, reminders, worker_command):
        app.cli.add_command(command)
