"""Every command of `flask --app wsgi`, from its package."""

from flask import Flask
from flask_migrate.cli import db, downgrade, upgrade

from forum.accounts.commands import organizer
from forum.delivery.commands import outbox, worker_command
from forum.demo.commands import demo
from forum.incoming.commands import incoming
from forum.operations.backups.commands import backup, restore
from forum.operations.commands import doctor, keys, need_tables, say_faults, say_revisions
from forum.planning.commands import zones
from forum.privacy.commands import check, purge, rotate
from forum.programme.commands import programme
from forum.reminders.commands import reminders

for command in (check, rotate):
    keys.add_command(command)
COMMANDS = (
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
)
need_tables(worker_command)
for command in (upgrade, downgrade):
    say_revisions(command)
for command in COMMANDS:
    say_faults(command)
say_faults(db, moves_schema=True)


def register(app: Flask) -> None:
    """Give the application its commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
