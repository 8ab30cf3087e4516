"""Days going by: what falls due on the way is done at its hour, by the real worker."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import time_machine
from flask import Flask
from sqlalchemy import func, select

from forum import clock
from forum.db import db
from forum.delivery.worker import Worker
from forum.outbox.models import Message, MessageState
from forum.registration.models import Offer, OfferState
from forum.reminders.models import Reminder
from forum.reminders.queries import groups

BOSTON = "America/New_York"


class Days:
    """Time, and the worker who keeps pace with it."""

    def __init__(self, app: Flask, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller
        self._worker = Worker(app)

    def come(self, wall: str, zone: str = BOSTON) -> None:
        """Live on until this hour of a clock: "2027-04-24 07:40"."""
        until = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        self.work()
        while (due := self._next_due()) is not None and due <= until:
            self._traveller.move_to(due)
            self.work()
        assert clock.now() <= until, "that hour has passed"
        self._traveller.move_to(until)
        self.work()

    def work(self) -> None:
        """Let the worker do what is due now."""
        db.session.rollback()
        self._worker.run_once()
        db.session.expire_all()

    def _next_due(self) -> datetime | None:
        """Return when there is work again: an email, a reminder or the end of an offer."""
        now = clock.now()
        reminders = [
            group.due_at
            for reminder in db.session.scalars(select(Reminder).where(Reminder.is_on))
            for group in groups(reminder.event, [reminder])
        ]
        mail = select(func.min(Message.due_at)).where(
            Message.state == MessageState.QUEUED, Message.due_at > now
        )
        offers = select(func.min(Offer.ends_at)).where(
            Offer.state == OfferState.OPEN, Offer.ends_at > now
        )
        waiting = [*reminders, db.session.scalar(mail), db.session.scalar(offers)]
        db.session.rollback()
        return min((at for at in waiting if at is not None and at > now), default=None)
