"""A day that is put in wrong and put right again, what is mailed meanwhile, and what is sent."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask

from forum.accounts.models import Organizer
from forum.db import db
from forum.delivery.worker import Worker
from forum.notices import actions as notices
from forum.notices.models import Occasion
from forum.outbox.models import Message, MessageState
from forum.planning import actions as planning
from forum.planning import agenda_actions
from tests.actions.planning.plans import does, event_plan, session_plan
from tests.stored import look_again

WEEK, MINUTE = timedelta(weeks=1), timedelta(minutes=1)


def moves(event, petra, starts_at, today) -> None:
    today.shift(5 * MINUTE)
    look_again()
    hours = event.ends_at - event.starts_at
    plan = event_plan(event, starts_at=starts_at, ends_at=starts_at + hours)
    does(planning.change_event, event, plan, version=event.version, by=petra)
    today.shift(5 * MINUTE)


def moves_session(session, petra, starts_at, today) -> None:
    today.shift(5 * MINUTE)
    look_again()
    hours = session.ends_at - session.starts_at
    plan = session_plan(session, starts_at=starts_at, ends_at=starts_at + hours)
    does(agenda_actions.change_session, session, plan, version=session.version, by=petra)
    today.shift(5 * MINUTE)


def is_told(event, petra, today) -> None:
    """Let the desk send a notice of what has changed."""
    look_again()
    given = {"words": {}, "version": event.version}
    does(notices.send, event, Occasion.CHANGES, **given, by=petra)
    today.shift(MINUTE)


def mail_goes_out(app) -> None:
    Worker(app).run_once()
    look_again()


@dataclass(frozen=True)
class Week:
    """What Petra does, in order, and what leaves meanwhile."""

    app: Flask
    petra: Organizer
    today: Any

    def moves(self, session, starts_at) -> None:
        moves_session(session, self.petra, starts_at, self.today)

    def cancels(self, session) -> None:
        self.today.shift(5 * MINUTE)
        look_again()
        does(agenda_actions.cancel_session, session, version=session.version, by=self.petra)

    def restores(self, session) -> None:
        self.today.shift(MINUTE)
        look_again()
        does(agenda_actions.restore_session, session, version=session.version, by=self.petra)

    def tells(self, event) -> None:
        is_told(event, self.petra, self.today)

    def mails(self) -> None:
        mail_goes_out(self.app)


def sent_to(person) -> list[tuple[str, bool]]:
    """Return the emails that left for somebody, each with whether it brought her entry."""
    look_again()
    sent = db.session.query(Message).filter(
        Message.registration_id == person.id, Message.state == MessageState.SENT
    )
    return [(each.email, each.has_invitation) for each in sent.order_by(Message.id)]
