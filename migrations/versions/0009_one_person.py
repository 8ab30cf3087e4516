"""one person

Adds whether someone lets those who come with her pause her emails, and the keys of hashes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0004"
branch_labels = None
depends_on = None


def rebuilt(table):
    """Rebuild a table on SQLite, as strict as it was; on PostgreSQL, alter it."""
    return op.batch_alter_table(table, table_kwargs={"sqlite_strict": True})


def upgrade():
    with rebuilt("registration") as batch:
        batch.add_column(
            sa.Column(
                "has_let_companion_pause",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
            )
        )
    with rebuilt("registration") as batch:
        batch.alter_column(
            "has_let_companion_pause", existing_type=sa.Boolean(), server_default=None
        )


    op.create_table(
        "hash_key",
        sa.Column(
            "purpose",
            sa.Enum("person", "address", name="hashpurpose", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_sealed", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hash_key")),
        sa.UniqueConstraint("name", name=op.f("uq_hash_key_name")),
        sqlite_strict=True,
    )


def downgrade():
    op.drop_table("hash_key")
    with rebuilt("registration") as batch:
        batch.drop_column("has_let_companion_pause")
