"""What is asked about the demo."""

from datetime import datetime

from sqlalchemy import select

from forum.db import db
from forum.events.models import Event, EventKind, Programme

KEY = "lantern"
"""The demo programme's id in its file."""


def is_over(now: datetime) -> bool:
    """Tell whether the demo's forum is over; never of a programme that is not the demo's."""
    forums = select(Event.ends_at).where(Event.kind == EventKind.FORUM)
    keys = db.session.scalars(select(Programme.key)).all()
    return keys == [KEY] and all(end < now for end in db.session.scalars(forums))
