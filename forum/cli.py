"""Every command of `flask --app wsgi`, from its package."""

from flask import Flask

from forum.accounts.commands import organizer
from forum.delivery.commands import outbox, worker_command
from forum.demo.commands import demo
from forum.incoming.commands import incoming
from forum.operations.backups.commands import backup, restore
from forum.operations.commands import doctor, keys
from forum.planning.commands import zones
from forum.privacy.commands import check, purge, rotate
from forum.programme.commands import programme
from forum.reminders.commands import reminders


def register(app: Flask) -> None:
    """Give the application its commands."""
    for command in (check, rotate):
        keys.add_command(command)
    for command in (
        backup,
        demo,
        doctor,
        incoming,
        keys,
        organizer,
        outbox,
        programme,
        purge,
        reminders,
        restore,
        worker_command,
        zones,
    ):
        app.cli.add_command(command)
