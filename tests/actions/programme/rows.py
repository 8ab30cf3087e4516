"""What is in the database, whole."""

from forum.db import Record, db


def state() -> dict[str, list[dict[str, object]]]:
    """Return every row of every table."""
    db.session.rollback()
    return {
        name: [dict(row) for row in db.session.execute(table.select()).mappings()]
        for name, table in Record.metadata.tables.items()
    }
