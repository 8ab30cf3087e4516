"""The waitlists' lines, moved as the worker moves them."""

from datetime import datetime

from forum.db import db
from forum.outbox.models import Message, MessageState
from forum.registration.places.waiting import move_lines
from forum.registration.queries import events_to_move


def move_all_lines(*, now: datetime) -> int:
    """End overdue offers and offer free places, in the caller's transaction."""
    return sum(move_lines(event_id, now=now) for event_id in events_to_move(now=now))


def let_offers_be_heard() -> None:
    """Let the emails that offer a place have left."""
    for message in db.session.query(Message).filter_by(email="offer", state=MessageState.QUEUED):
        message.state, message.sent_at = MessageState.SENT, message.created_at
    db.session.commit()
