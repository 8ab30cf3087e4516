"""Letting an email come back, and what is kept of it."""

from forum import clock
from forum.db import db, transaction
from forum.incoming import actions
from forum.incoming.models import AddressBlock, DeliveryReport, ReportKind, ReportSource
from forum.incoming.reports import Returned
from forum.outbox import marks
from tests.stored import open_tasks


def came_back(message, kind=ReportKind.HARD, code="5.1.1", at=None) -> bool:
    """Let a report about an email be kept, as from a mailbox."""
    with transaction():
        said = Returned((f"<bounces+{marks.mark_of(message)}@lantern.example>",), kind, code)
        return actions.keep(said, ReportSource.MAILBOX, now=at or clock.now())


def blocks() -> list[str]:
    return [block.kind for block in db.session.scalars(db.select(AddressBlock))]


def calls() -> list[tuple[str, str]]:
    """Return whom to call about what, as the desk sees it."""
    db.session.rollback()
    return [(each.task.registration.name, each.task.about) for each in open_tasks()]


def reports() -> list[tuple[str, str, str]]:
    db.session.rollback()
    found = db.session.scalars(db.select(DeliveryReport).order_by(DeliveryReport.id))
    return [(each.kind, each.code, each.source) for each in found]
