"""What the desk and the worker ask about the outbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from forum.db import db
from forum.outbox.models import Heartbeat, Message, MessageState

STUCK_AFTER = timedelta(minutes=5)
SILENT_AFTER = timedelta(seconds=60)


WAITING = (MessageState.QUEUED, MessageState.SENDING)


@dataclass(frozen=True, slots=True)
class Held:
    """A message as its holder has it: another holder, or another try, is another one."""

    message_id: int
    owner: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Health:
    """How the outbox does: the answer to "is mail going out?".

    `overdue` counts messages that have been due for five minutes; `last_beat_at` is None when no
    worker has ever run.
    """

    workers: int
    last_beat_at: datetime | None
    overdue: int
    failed: int

    @property
    def is_well(self) -> bool:
        """Tell whether mail is going out."""
        return self.workers > 0 and self.overdue == 0


def messages(
    *, state: MessageState | None = None, email: str = "", is_returned: bool = False
) -> Select[Message]:
    """Return the outbox, newest first, to be paged by the desk; or only what came back."""
    query = (
        select(Message)
        .options(joinedload(Message.registration), joinedload(Message.organizer))
        .order_by(Message.created_at.desc(), Message.id.desc())
    )
    if state is not None:
        query = query.where(Message.state == state)
    if email:
        query = query.where(Message.email == email)
    if is_returned:
        query = query.where(Message.returned_at.is_not(None))
    return query


def counts() -> dict[MessageState, int]:
    """Return how many messages are in each state; every state is named."""
    number = func.count().label("number")
    rows = db.session.execute(select(Message.state, number).group_by(Message.state))
    return dict.fromkeys(MessageState, 0) | {row.state: row.number for row in rows}


def of_registration(registration_id: int) -> list[Message]:
    """Return what was, or will be, written to one person, newest first."""
    return list(
        db.session.scalars(
            select(Message)
            .where(Message.registration_id == registration_id)
            .order_by(Message.created_at.desc(), Message.id.desc())
        )
    )


def is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of a message that waits to be claimed."""
    return Message.state.in_(WAITING), Message.state == MessageState.QUEUED, Message.due_at <= now


def is_any_due(*, now: datetime) -> bool:
    """Tell whether a message waits to be claimed."""
    return db.session.scalar(select(select(Message.id).where(*is_due(now)).exists())) or False


def held() -> list[Held]:
    """Return what workers hold."""
    rows = db.session.execute(
        select(Message.id, Message.lease_owner, Message.attempts).where(
            Message.state == MessageState.SENDING
        )
    )
    return [Held(number, owner or "", attempts) for number, owner, attempts in rows]


def number_failed() -> int:
    """Return how many messages will not be tried again by themselves."""
    failed = select(func.count()).where(Message.state == MessageState.FAILED)
    return db.session.scalar(failed) or 0


def health(*, now: datetime) -> Health:
    """Return how the outbox does at this instant."""
    beats = select(func.max(Heartbeat.beat_at))
    alive = select(func.count()).where(Heartbeat.beat_at >= now - SILENT_AFTER)
    overdue = select(func.count()).select_from(_overdue(now - STUCK_AFTER).subquery())
    return Health(
        workers=db.session.scalar(alive) or 0,
        last_beat_at=db.session.scalar(beats),
        overdue=db.session.scalar(overdue) or 0,
        failed=number_failed(),
    )


def _overdue(at: datetime) -> Select[int]:
    return select(Message.id).where(Message.state.in_(WAITING), Message.due_at <= at)
