"""The programme file of the demo, changed here and there, and loaded."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from forum import demo
from forum.db import db, transaction
from forum.events.models import Event, Session
from forum.programme.actions import load
from forum.programme.reading.file import read
from tests.rush import NOW

SAMPLE = (Path(demo.__file__).parent / "programme.yaml").read_text()
"""A whole year."""
LATER = NOW + timedelta(days=1)


def changed(*edits: tuple[str, str]) -> str:
    """Return the sample with each text replaced, once, by another."""
    source = SAMPLE
    for old, new in edits:
        assert old in source, old
        source = source.replace(old, new, 1)
    return source


def loaded(source: str = SAMPLE, *, now: datetime = NOW):
    """Load a file; return the report."""
    with transaction():
        return load(read(source.encode()), now=now)


def event(key: str = "forum-2027") -> Event:
    """Return the event that the file calls so."""
    return db.session.scalars(select(Event).where(Event.key == key)).one()


def session(key: str) -> Session:
    """Return the session that the file calls so."""
    return db.session.scalars(select(Session).where(Session.key == key)).one()
