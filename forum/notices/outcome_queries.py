"""What has become of notices: emails that left, that wait or will not leave, calls left to do."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import contains_eager

from forum.care.models import Task
from forum.care.pause_queries import pause_over
from forum.care.queries import is_told_otherwise, reached_for
from forum.care.rules import Purpose
from forum.db import db
from forum.events.models import Event
from forum.notices.queries import EMAIL
from forum.outbox.models import Message, MessageState
from forum.outbox.queries import has_reached
from forum.registration.models import CareState, Registration, Status

ON_ITS_WAY = (MessageState.QUEUED, MessageState.SENDING)


@dataclass
class NoticeOutcome:
    """What has become of a notice; `unsent` are emails that told nobody anything."""

    sent: int = 0
    waiting: int = 0
    quiet: int = 0
    """Those of people who want quiet, or whom someone is to ask first: they do not leave now."""
    to_call: int = 0
    """People who were to be phoned, and have not been yet."""
    unsent: list[Message] = field(default_factory=list)


def outcomes(event: Event, *, now: datetime) -> dict[int, NoticeOutcome]:
    """Return what has become of the emails of each notice about an event, by the notice.

    The database counts those that arrived, as far as we know, or wait; the others are to be named.
    """
    is_sent = and_(Message.state == MessageState.SENT, has_reached())
    goes = or_(is_sent, Message.state.in_(ON_ITS_WAY))
    emails = (
        select(Message)
        .join(Message.registration)
        .where(Registration.event_id == event.id, Message.email.in_((EMAIL, "event_cancelled")))
    )
    facts = cast(Message.facts, String)
    speaks = or_(
        Registration.care_state == CareState.ACTIVE,
        pause_over(now=now),
    )
    alike = (facts, Message.state, speaks.label("speaks"))
    counted = emails.where(goes).with_only_columns(*alike, func.count())
    unsent = emails.where(~goes).options(contains_eager(Message.registration))
    found: dict[int, NoticeOutcome] = defaultdict(NoticeOutcome)
    for told, state, is_reached, number in db.session.execute(
        counted.group_by(facts, Message.state, "speaks")
    ):
        outcome = found[json.loads(told).get("notice", 0)]
        if state not in ON_ITS_WAY:
            outcome.sent += number
        elif is_reached:
            outcome.waiting += number
        else:
            outcome.quiet += number
    for email in db.session.scalars(unsent.order_by(Registration.name_order, Registration.id)):
        found[email.facts.get("notice", 0)].unsent.append(email)
    for key in db.session.scalars(calls_of(event)):
        found[int(key.rpartition(":")[2])].to_call += 1
    return found


def calls_of(event: Event) -> Select[str]:
    """Return the calls that notices about an event have left to do, by what names each."""
    return (
        select(Task.dedupe_key)
        .join(Task.registration)
        .where(
            Registration.event_id == event.id,
            Registration.status != Status.CANCELLED,
            reached_for(Purpose.AUTOMATIC),
            Task.about == EMAIL,
            Task.done_at.is_(None),
            ~is_told_otherwise(),
        )
    )


def number_to_call(event: Event) -> int:
    """Return how many people are still to be phoned about what notices have told."""
    people = calls_of(event).with_only_columns(func.count(func.distinct(Task.registration_id)))
    return db.session.scalar(people) or 0
