"""Telling attendees of changes, on an organizer's word. Each runs in its caller's transaction."""

from sqlalchemy import select

from forum.db import db
from forum.events.models import Event, EventStatus, Session
from forum.notices import told


def begin(event: Event) -> None:
    """Keep what attendees may rely on from now on, for what nobody had to be told of yet.

    Changes are told against it. Nothing happens to a draft, and to what has been told already.
    """
    db.session.flush()
    if event.status == EventStatus.DRAFT:
        return
    if event.told is None:
        event.told = told.of_event(event)
    for session in db.session.scalars(select(Session).where(Session.event_id == event.id)):
        if session.told is None:
            session.told = told.of_session(session)
