"""What becomes of emails that wait, or have left. Runs inside its caller's `transaction()`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from forum.db import Facts, db
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


def say_also(
    email: str,
    registration: Registration,
    facts: Facts,
    *,
    unless: str | None = None,
    now: datetime,
) -> bool:
    """Let an email to someone that is just to leave say this, too; False where there is none.

    It is written from the live record, so one says it all. A fact that is no longer so goes. One
    with the fact `unless` says something else, and one that was put off is not waited for. The
    caller has locked whom it is about.
    """
    db.session.flush()
    its_own = (
        Message.email == email,
        Message.registration_id == registration.id,
        Message.state == MessageState.QUEUED,
        Message.due_at <= now,
    )
    waiting = select(Message.id, Message.facts).where(*its_own).order_by(Message.id.desc())
    found = [each for each in db.session.execute(waiting) if unless not in each.facts]
    if not found:
        return False
    said = {**found[0].facts, **facts}
    said = {name: value for name, value in said.items() if value}
    added = update(Message).where(Message.id == found[0].id, *its_own).values(facts=said)
    fetched = added.execution_options(synchronize_session="fetch")
    return db.session.connection().execute(fetched).rowcount == 1


def have_strayed(registration: Registration, at: datetime) -> None:
    """Keep that what has left for someone up to an instant went to an address that was not hers."""
    db.session.execute(
        update(Message)
        .where(
            Message.registration_id == registration.id,
            Message.state == MessageState.SENT,
            Message.sent_at <= at,
            Message.strayed_at.is_(None),
        )
        .values(strayed_at=at),
        execution_options={"synchronize_session": "fetch"},
    )
