"""One attendee's own pages, as tests open them."""

from forum import links
from forum.db import db
from forum.outbox.models import Message


def my(registration, more: str = "") -> str:
    """Return the address of one of her pages."""
    return f"/my/{links.my_token(registration)}/{more}"


def look_again() -> None:
    """Read from the database anew, not from an earlier look."""
    db.session.rollback()
    db.session.expire_all()


def emails() -> list[str]:
    """Return which emails were posted, in order."""
    return [message.email for message in db.session.query(Message).order_by(Message.id)]
