"""one person

Adds whether someone lets those who come with her pause her emails, and the keys of hashes. Names
are compared anew: the keys that are stored, and the hashes of whoever is remembered, come along.
"""

import base64
import hashlib
import hmac

import sqlalchemy as sa
from alembic import op

from forum.config import current_settings
from forum.names import doubt_key, earlier_key, name_key  # whatever the running code compares by

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

REGISTRATION = sa.table(
    "registration",
    *(sa.column(name) for name in ("id", "event_id", "email", "name", "name_key", "status")),
    sa.column("care_state"),
)
SUPPRESSION = sa.table(
    "suppression", *(sa.column(name) for name in ("id", "person_hash", "doubt_hash"))
)


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
    with rebuilt("suppression") as batch:
        batch.add_column(sa.Column("doubt_hash", sa.Text(), nullable=True))
    op.create_index(op.f("ix_suppression_doubt_hash"), "suppression", ["doubt_hash"])
    rename(name_key)
    rehash(earlier_key, name_key, doubt_key)


def downgrade():
    rehash(name_key, earlier_key, None)
    op.drop_index(op.f("ix_suppression_doubt_hash"), table_name="suppression")
    with rebuilt("suppression") as batch:
        batch.drop_column("doubt_hash")
    rename(earlier_key)
    op.drop_table("hash_key")
    with rebuilt("registration") as batch:
        batch.drop_column("has_let_companion_pause")


def rename(key_of):
    """Store what names are compared by from now on.

    Two living registrations of an event may turn out to be one person's. Both stay, the later
    under a key of its own, as they were: which one goes is not ours to say.
    """
    rows = op.get_bind().execute(sa.select(REGISTRATION).order_by(REGISTRATION.c.id)).all()
    keys, apart, taken = {}, {}, set()
    for row in rows:
        key = key_of(row.name)
        person = row.event_id, row.email, key
        if row.status == "cancelled" or row.email is None or person not in taken:
            keys[row.id] = key
        else:
            apart[row.id] = f"{key}#{row.id}"
        if row.status != "cancelled":
            taken.add(person)
    stored = {row.id: row.name_key for row in rows}
    changed = [(each, key) for each, key in (*apart.items(), *keys.items()) if stored[each] != key]
    if changed:
        statement = (
            sa.update(REGISTRATION)
            .where(REGISTRATION.c.id == sa.bindparam("number"))
            .values(name_key=sa.bindparam("key"))
        )
        op.get_bind().execute(statement, [{"number": each, "key": key} for each, key in changed])


def rehash(known_as, key_of, in_doubt):
    """Let whoever is remembered, and still registered, be known by the other way to compare.

    Of others nothing but the hash is left: the running code looks for it as it was made.
    """
    rows = op.get_bind().execute(
        sa.select(REGISTRATION)
        .where(REGISTRATION.c.care_state == "remembered", REGISTRATION.c.email.is_not(None))
        .order_by(REGISTRATION.c.id)
    )
    stored = dict(
        op.get_bind().execute(sa.select(SUPPRESSION.c.person_hash, SUPPRESSION.c.id)).all()
    )
    for row in rows:
        old, new = hashes(known_as(row.name), row.email), hashes(key_of(row.name), row.email)
        found = next((place for place, each in enumerate(old) if each in stored), None)
        if found is None or (new[found] in stored and new[found] != old[found]):
            continue
        values = {"person_hash": new[found]}
        if in_doubt is not None:
            values["doubt_hash"] = hashes(in_doubt(row.name), row.email)[found]
        number = stored.pop(old[found])
        stored[new[found]] = number
        op.get_bind().execute(
            sa.update(SUPPRESSION).where(SUPPRESSION.c.id == number).values(values)
        )


def hashes(key, email):
    """Return a person's hash under each data key, as `hash_queries` derives its keys from them."""
    said = f"{key}\0{email}".encode()
    raw = (base64.urlsafe_b64decode(each) for each in current_settings().data_keys)
    keys = (hmac.digest(each, b"forum.suppression", hashlib.sha256) for each in raw)
    return [hmac.digest(each, said, hashlib.sha256).hex() for each in keys]
