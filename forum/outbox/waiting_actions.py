"""What becomes of emails that wait. Runs inside its caller's `transaction()`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update

from forum.db import db
from forum.outbox.models import Message, MessageState
from forum.outbox.queries import WAITING
from forum.registration.models import Registration


def withdraw(email: str, registrations: Sequence[Registration], reason: str) -> None:
    """Take back what waits of an email to these people; the outbox says why."""
    db.session.execute(
        update(Message)
        .where(
            Message.email == email,
            Message.registration_id.in_([each.id for each in registrations]),
            Message.state == MessageState.QUEUED,
        )
        .values(state=MessageState.DROPPED, reason=reason)
        .execution_options(synchronize_session=False)
    )


def keep_useful(email: str, registration: Registration, *, until: datetime) -> None:
    """Let an email to someone that still waits be useful until later."""
    db.session.execute(
        update(Message)
        .where(
            Message.email == email,
            Message.registration_id == registration.id,
            Message.state.in_(WAITING),
            Message.useful_until < until,
        )
        .values(useful_until=until),
        execution_options={"synchronize_session": "fetch"},
    )
