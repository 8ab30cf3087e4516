"""entries of one's own

Whoever waits, and was never sent an invitation, has no calendar entry yet: a UID of her own is
put in place of the event's. Everybody else keeps the one that a calendar may have.
"""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0004"
branch_labels = None
depends_on = None

EVENT = sa.table("event", sa.column("id"), sa.column("uid"))
REGISTRATION = sa.table(
    "registration",
    *map(sa.column, ("id", "event_id", "uid", "status")),
)
MESSAGE = sa.table("message", sa.column("registration_id"), sa.column("has_invitation", sa.Boolean))


def upgrade():
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
    connection = op.get_bind()
    for number, former in connection.execute(has_none_yet).all():
        own = f"{uuid.uuid4()}@{former.rpartition('@')[2]}"
        connection.execute(
            REGISTRATION.update().where(REGISTRATION.c.id == number).values(uid=own)
        )


def downgrade():
    """Keep what is there: a UID of one's own is right before as well."""
