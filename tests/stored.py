"""What is stored now, read from the database anew."""

from typing import TypeVar

from sqlalchemy import Select, func, select

from forum import clock
from forum.audit.models import Action, AuditEntry
from forum.care.call_queries import OpenTask, cards
from forum.care.models import Task
from forum.db import db
from forum.outbox.models import Message
from forum.registration.models import Registration

Record = TypeVar("Record")


def look_again() -> None:
    """Read from the database anew, not from an earlier look."""
    db.session.rollback()
    db.session.expire_all()


def fresh(record: Record) -> Record:
    """Return a record as it is in the database now."""
    look_again()
    return record


def seen(query: Select) -> list:
    """Return what a query finds now."""
    look_again()
    return list(db.session.scalars(query))


def number_of(kind: type) -> int:
    """Return how many records of a kind there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(kind))


def registered() -> list[Registration]:
    """Return everyone who is registered now, in the order of registering."""
    look_again()
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def tasks() -> list[Task]:
    """Return what only a human can do, the oldest first."""
    look_again()
    return list(db.session.scalars(select(Task).order_by(Task.id)))


def open_tasks() -> list[OpenTask]:
    """Return what a human should do now, card by card."""
    look_again()
    return [item for card in cards(now=clock.now()) for item in card.items]


def emails() -> list[str]:
    """Return which emails were posted, in order."""
    return [message.email for message in db.session.query(Message).order_by(Message.id)]


def told() -> list[tuple[str, str]]:
    """Return which emails were posted to whom, in order."""
    messages = db.session.query(Message).order_by(Message.id)
    return [(message.email, message.registration.name) for message in messages]


def deeds() -> list[tuple[Action, dict]]:
    """Return what was written into the history, in order."""
    entries = db.session.query(AuditEntry).order_by(AuditEntry.id)
    return [(entry.action, entry.facts) for entry in entries]
