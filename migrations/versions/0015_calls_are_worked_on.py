"""calls are worked on

Adds to a task who has taken it, how often somebody was not reached, and notes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def rebuilt():
    """Rebuild the table on SQLite, as strict as it was; on PostgreSQL, alter it."""
    return op.batch_alter_table("task", table_kwargs={"sqlite_strict": True})


def upgrade():
    with rebuilt() as batch:
        batch.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("tried", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("notes_sealed", sa.Text(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_task_owner_id_organizer"), "organizer", ["owner_id"], ["id"]
        )
    with rebuilt() as batch:
        batch.alter_column("tried", existing_type=sa.Integer(), server_default=None)


def downgrade():
    with rebuilt() as batch:
        batch.drop_constraint(op.f("fk_task_owner_id_organizer"), type_="foreignkey")
        batch.drop_column("notes_sealed")
        batch.drop_column("tried_at")
        batch.drop_column("tried")
        batch.drop_column("owner_id")
