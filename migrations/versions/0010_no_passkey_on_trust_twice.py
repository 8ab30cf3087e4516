"""no passkey on trust twice

Adds whether an organizer ever had a passkey, as the passkeys and the history tell, and until when
somebody else lets them add one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ORGANIZER = sa.table("organizer", sa.column("id"), sa.column("has_had_passkey", sa.Boolean))
PASSKEY = sa.table("passkey", sa.column("organizer_id"))
ENTRY = sa.table("audit_entry", sa.column("organizer_id"), sa.column("action"))


def upgrade():
    with op.batch_alter_table("organizer", table_kwargs={"sqlite_strict": True}) as batch:
        batch.add_column(sa.Column("has_had_passkey", sa.Boolean(), nullable=True))
        batch.add_column(
            sa.Column("passkey_allowed_until", sa.DateTime(timezone=True), nullable=True)
        )
    has = sa.exists().where(PASSKEY.c.organizer_id == ORGANIZER.c.id)
    had = sa.exists().where(
        ENTRY.c.organizer_id == ORGANIZER.c.id, ENTRY.c.action == "passkey added"
    )
    op.execute(ORGANIZER.update().values(has_had_passkey=sa.or_(has, had)))
    with op.batch_alter_table("organizer", table_kwargs={"sqlite_strict": True}) as batch:
        batch.alter_column("has_had_passkey", existing_type=sa.Boolean(), nullable=False)


def downgrade():
    with op.batch_alter_table("organizer", table_kwargs={"sqlite_strict": True}) as batch:
        batch.drop_column("passkey_allowed_until")
        batch.drop_column("has_had_passkey")
