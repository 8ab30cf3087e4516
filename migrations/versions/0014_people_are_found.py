"""people are found

Adds what lists of people are ordered by, and a keyed code of each phone number, so that the desk
finds who has one. Both follow from what is kept already.
"""

import sqlalchemy as sa
from alembic import op

from forum.config import current_settings
from forum.names import name_order  # whatever the running code orders by
from forum.phones import dialed
from forum.sealed import Unreadable, code, unseal

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

AT_ONCE = 500
REGISTRATION = sa.table(
    "registration",
    *map(sa.column, ("id", "public_id", "name", "name_order", "phone_sealed", "phone_code")),
)


def rebuilt():
    """Rebuild the table on SQLite, as strict as it was; on PostgreSQL, alter it."""
    return op.batch_alter_table("registration", table_kwargs={"sqlite_strict": True})


def upgrade():
    with rebuilt() as batch:
        batch.add_column(sa.Column("name_order", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("phone_code", sa.Text(), nullable=True))
    with rebuilt() as batch:
        batch.alter_column("name_order", existing_type=sa.Text(), server_default=None)
    op.create_index(op.f("ix_registration_phone_code"), "registration", ["phone_code"])
    fill()


def downgrade():
    op.drop_index(op.f("ix_registration_phone_code"), table_name="registration")
    with rebuilt() as batch:
        batch.drop_column("phone_code")
        batch.drop_column("name_order")


def fill():
    """Work out both for everybody. A number whose key is gone is found again by nobody."""
    connection, last = op.get_bind(), 0
    statement = (
        sa.update(REGISTRATION)
        .where(REGISTRATION.c.id == sa.bindparam("number"))
        .values(name_order=sa.bindparam("order"), phone_code=sa.bindparam("code"))
    )
    while rows := connection.execute(
        sa.select(REGISTRATION)
        .where(REGISTRATION.c.id > last)
        .order_by(REGISTRATION.c.id)
        .limit(AT_ONCE)
    ).all():
        last = rows[-1].id
        values = [
            {"number": row.id, "order": name_order(row.name), "code": code_of(row)} for row in rows
        ]
        connection.execute(statement, values)


def code_of(row):
    if not row.phone_sealed:
        return None
    keys = current_settings().data_keys
    try:
        phone = unseal(row.phone_sealed, f"registration:{row.public_id}:phone", keys)
    except Unreadable:
        return None
    return code(dialed(phone), keys[0])
