"""What the desk sees of the mail: a worker alive, an email that failed."""

from forum import clock
from forum.db import transaction
from forum.outbox.actions import beat
from forum.outbox.models import Message, MessageState


def failed_message(make, registration, **facts):
    values = {
        "email": "confirmation",
        "registration": registration,
        "dedupe_key": f"confirmation:{registration.id}",
        "state": MessageState.FAILED,
        "reason": "550 no such mailbox",
        "due_at": clock.now(),
        "created_at": clock.now(),
    }
    return make._keep(Message(**{**values, **facts}))


def alive():
    with transaction():
        beat("worker-1", now=clock.now())
