"""What the desk asks about notices."""

from collections.abc import Sequence

from sqlalchemy import select

from forum.db import db
from forum.events.models import Event
from forum.notices.models import Notice


def sent(event: Event) -> Sequence[Notice]:
    """Return the notices about an event, the newest first."""
    return db.session.scalars(
        select(Notice).where(Notice.event_id == event.id).order_by(Notice.id.desc())
    ).all()
