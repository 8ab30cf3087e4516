"""entries of one's own, and the offsets of instants

Adds by how much a clock was ahead of UTC when an instant was worked out; of those that are
stored, today's law is taken for the one. Whoever waits, and was never sent an invitation, has no calendar entry yet: a UID of her own is
put in place of the event's. Everybody else keeps the one that a calendar may have.
"""

import uuid
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

EVENT = sa.table("event", sa.column("id"), sa.column("uid"))
REGISTRATION = sa.table(
    "registration",
    *map(sa.column, ("id", "event_id", "uid", "status")),
)
MESSAGE = sa.table("message", sa.column("registration_id"), sa.column("has_invitation", sa.Boolean))
FACTS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANTS = {
    "event": ("starts_at", "ends_at", "registration_opens_at"),
    "session": ("starts_at", "ends_at"),
    "gate": ("closes_at",),
}
"""The columns that say what a clock on the wall shows, by table."""


def upgrade():
    for table in INSTANTS:
        with op.batch_alter_table(table, table_kwargs={"sqlite_strict": True}) as batch:
            batch.add_column(sa.Column("offsets", FACTS))
    connection = op.get_bind()
    zones = dict(connection.execute(sa.text("SELECT id, timezone FROM event")).all())
    for table, names in INSTANTS.items():
        _keep_offsets(connection, table, names, zones)
    _give_entries(connection)


def _keep_offsets(connection, name, instants, zones):
    event_id = "id" if name == "event" else "event_id"
    table = sa.table(
        name,
        sa.column("id"),
        sa.column("event_id"),
        sa.column("offsets", FACTS),
        *(sa.column(each, sa.DateTime(timezone=True)) for each in instants),
    )
    chosen = sa.select(table.c.id, table.c[event_id].label("event"), *(table.c[each] for each in instants))
    for number, event, *ats in connection.execute(chosen).all():
        zone = ZoneInfo(zones[event])
        offsets = {"zone": zones[event]}
        for each, at in zip(instants, ats, strict=True):
            if at is not None:
                aware = at.replace(tzinfo=UTC) if at.tzinfo is None else at
                ahead = aware.astimezone(zone).utcoffset() or timedelta()
                offsets[each] = int(ahead.total_seconds())
        connection.execute(
            table.update().where(table.c.id == number).values(offsets=offsets)
        )


def _give_entries(connection):
    has_none_yet = (
        sa.select(REGISTRATION.c.id, REGISTRATION.c.uid)
        .join(EVENT, EVENT.c.id == REGISTRATION.c.event_id)
        .where(
            REGISTRATION.c.uid == EVENT.c.uid,
            REGISTRATION.c.status == "waitlisted",
            ~sa.exists().where(
                MESSAGE.c.registration_id == REGISTRATION.c.id, MESSAGE.c.has_invitation
            ),
        )
    )
    for number, former in connection.execute(has_none_yet).all():
        own = f"{uuid.uuid4()}@{former.rpartition('@')[2]}"
        connection.execute(
            REGISTRATION.update().where(REGISTRATION.c.id == number).values(uid=own)
        )


def downgrade():
    """Keep the UIDs that are there: one's own is right before as well."""
    for table in reversed(INSTANTS):
        with op.batch_alter_table(table, table_kwargs={"sqlite_strict": True}) as batch:
            batch.drop_column("offsets")
