"""what went to a wrong address

Which emails had gone to a mistyped address when that was put right, and who has taken her address
by a link that went there. Filled from the changes of address that are still kept, of 30 days; the
way down loses what is older.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

REGISTRATION = sa.table(
    "registration", sa.column("id"), sa.column("email"), sa.column("email_taken_at")
)
MESSAGE = sa.table(
    "message",
    *(sa.column(name) for name in ("registration_id", "state", "sent_at", "strayed_at")),
)
CHANGE = sa.table(
    "address_change",
    *(sa.column(name) for name in ("registration_id", "new_email", "created_at", "done_at")),
)


def upgrade() -> None:
    with op.batch_alter_table("message", table_kwargs={"sqlite_strict": True}) as batch:
        batch.add_column(sa.Column("strayed_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("registration", table_kwargs={"sqlite_strict": True}) as batch:
        batch.add_column(sa.Column("email_taken_at", sa.DateTime(timezone=True), nullable=True))
    put_right = sa.select(sa.func.min(CHANGE.c.done_at)).where(
        CHANGE.c.registration_id == MESSAGE.c.registration_id,
        CHANGE.c.new_email != "",
        CHANGE.c.done_at == CHANGE.c.created_at,
        CHANGE.c.done_at >= MESSAGE.c.sent_at,
    )
    is_sent = MESSAGE.c.state == "sent"
    op.execute(MESSAGE.update().where(is_sent).values(strayed_at=put_right.scalar_subquery()))
    taken = sa.select(sa.func.max(CHANGE.c.done_at)).where(
        CHANGE.c.registration_id == REGISTRATION.c.id,
        CHANGE.c.new_email == REGISTRATION.c.email,
        CHANGE.c.done_at != CHANGE.c.created_at,
    )
    op.execute(REGISTRATION.update().values(email_taken_at=taken.scalar_subquery()))


def downgrade() -> None:
    with op.batch_alter_table("registration", table_kwargs={"sqlite_strict": True}) as batch:
        batch.drop_column("email_taken_at")
    with op.batch_alter_table("message", table_kwargs={"sqlite_strict": True}) as batch:
        batch.drop_column("strayed_at")
