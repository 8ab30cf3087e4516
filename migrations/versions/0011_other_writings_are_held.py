"""other writings are held

Names have been compared another way since 0008: someone who is remembered may have been registered
under another writing of her name, and been written to there. Whoever reads her address under a
name that may be hers is held, and a human is asked who it is, unless one has answered before.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from forum.names import may_be_same, name_key  # whatever the running code compares by

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FACTS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
REGISTRATION = sa.table(
    "registration",
    *map(sa.column, ("id", "public_id", "email", "name", "status", "care_state", "version")),
)
TASK = sa.table(
    "task",
    *map(sa.column, ("registration_id", "kind", "about", "dedupe_key")),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("done_at", sa.DateTime(timezone=True)),
)
AUDIT_ENTRY = sa.table(
    "audit_entry",
    sa.column("at", sa.DateTime(timezone=True)),
    *map(sa.column, ("action", "subject_kind", "subject_id")),
    sa.column("facts", FACTS),
)
LIVELY = ("active", "paused")


def upgrade():
    connection, now = op.get_bind(), datetime.now(UTC)
    remembered = sa.select(REGISTRATION.c.email).where(
        REGISTRATION.c.care_state == "remembered", REGISTRATION.c.email.is_not(None)
    )
    mailboxes = {}
    for row in connection.execute(
        sa.select(REGISTRATION)
        .where(REGISTRATION.c.email.in_(remembered))
        .order_by(REGISTRATION.c.status == "cancelled", REGISTRATION.c.id)
    ).all():
        mailboxes.setdefault(row.email, []).append(row)
    answered = set(
        connection.scalars(
            sa.select(TASK.c.registration_id).where(
                TASK.c.kind.in_(("check person", "ask companion")), TASK.c.done_at.is_not(None)
            )
        )
    )
    for rows in mailboxes.values():
        gone = {name_key(row.name): row.name for row in rows if row.care_state == "remembered"}
        others = {name_key(row.name) for row in rows if row.id in answered} - gone.keys()
        held = [
            row
            for row in rows
            if row.care_state in LIVELY
            and row.id not in answered
            and name_key(row.name) not in others
            and any(_may_be_one(row.name, name) for name in gone.values())
        ]
        for row in held:
            _hold(connection, row, now)
        for row in {name_key(each.name): each for each in reversed(held)}.values():
            _ask(connection, row, now)


def downgrade():
    """Let go of nobody: who it is, a human still has to find out."""


def _may_be_one(name, other):
    return may_be_same(name, other)


def _hold(connection, row, now):
    connection.execute(
        sa.update(REGISTRATION)
        .where(REGISTRATION.c.id == row.id)
        .values(care_state="held", version=row.version + 1)
    )
    connection.execute(
        sa.insert(AUDIT_ENTRY).values(
            at=now,
            action="care state changed",
            subject_kind="registration",
            subject_id=row.id,
            facts={"from": row.care_state, "to": "held"},
        )
    )


def _ask(connection, row, now):
    connection.execute(
        sa.insert(TASK).values(
            registration_id=row.id,
            kind="check person",
            about="",
            dedupe_key=f"check person:{row.public_id}:0011",
            created_at=now,
        )
    )
