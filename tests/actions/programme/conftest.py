"""What a load writes."""

import pytest
from sqlalchemy import event as engine_events

from forum import create_app
from forum.db import db


@pytest.fixture
def writes(app) -> list[str]:
    """Return the statements that write, as the engine sees them."""
    statements: list[str] = []

    @engine_events.listens_for(db.engine, "before_cursor_execute")
    def _(_connection, _cursor, statement, *_rest):
        if not statement.lstrip().upper().startswith(("SELECT", "BEGIN", "PRAGMA", "WITH")):
            statements.append(statement)

    return statements


@pytest.fixture
def elsewhere(engine, tmp_path):
    """Return an application with an empty database of its own."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with engine.fresh(folder) as settings:
        other = create_app(settings, TESTING=True)
        yield other
        with other.app_context():
            db.session.remove()
            db.engine.dispose()
