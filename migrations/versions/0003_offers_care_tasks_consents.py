"""offers, care tasks, consents

Whoever waits now says for which mode, so that she may have a place in another one meanwhile.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MODE = sa.Enum("in_person", "webcast", "phone", name="mode", native_enum=False, length=32)
PLACES = "taken >= 0 AND held >= 0 AND (capacity IS NULL OR taken + held <= capacity)"
NUMBERED = "(waits_for IS NULL) = (wait_no IS NULL)"
STANDS = (
    "CASE status WHEN 'waitlisted' THEN waits_for = mode AND waits_for IS NOT NULL"
    " WHEN 'confirmed' THEN waits_for IS NULL OR waits_for <> mode"
    " ELSE waits_for IS NULL END"
)


def rebuilt(table):
    """Rebuild a table on SQLite, as strict as it was; on PostgreSQL, alter it."""
    return op.batch_alter_table(table, table_kwargs={"sqlite_strict": True})


def upgrade():
    op.create_table(
        "suppression",
        sa.Column("person_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
        sa.UniqueConstraint("person_hash", name=op.f("uq_suppression_person_hash")),
        sqlite_strict=True,
    )
    op.create_table(
        "tombstone",
        sa.Column("public_id_hash", sa.Text(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstone")),
        sa.UniqueConstraint("public_id_hash", name=op.f("uq_tombstone_public_id_hash")),
        sqlite_strict=True,
    )
    op.create_table(
        "invite_link",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("lifts", sa.Text(), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organizer_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_invite_link_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["organizer_id"], ["organizer.id"], name=op.f("fk_invite_link_organizer_id_organizer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite_link")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invite_link_public_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("invite_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invite_link_event_id"), ["event_id"], unique=False)

    op.create_table(
        "address_change",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("new_email", sa.Text(), nullable=False),
        sa.Column("old_email", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_address_change_registration_id_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
        sa.UniqueConstraint("public_id", name=op.f("uq_address_change_public_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("address_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_address_change_registration_id"), ["registration_id"], unique=False
        )

    op.create_table(
        "consent",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "registration",
                "next invitation",
                name="consentpurpose",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_consent_registration_id_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consent_registration_id"), ["registration_id"], unique=False
        )

    op.create_table(
        "offer",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum("in_person", "webcast", "phone", name="mode", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "accepted",
                "declined",
                "lapsed",
                "withdrawn",
                name="offerstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_offer_event_id_event")),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["registration.id"], name=op.f("fk_offer_partner_id_registration")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_offer_registration_id_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_offer_event_mode_state", ["event_id", "mode", "state"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_offer_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_offer_registration_id"), ["registration_id"], unique=False
        )
        batch_op.create_index(
            "uq_offer_open",
            ["registration_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "task",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "call",
                "ask companion",
                "check person",
                name="taskkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["organizer.id"], name=op.f("fk_task_done_by_id_organizer")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_task_registration_id_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_task_dedupe_key")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(
            "ix_task_open",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_task_registration_id"), ["registration_id"], unique=False
        )

    with rebuilt("gate") as gate:
        gate.add_column(sa.Column("held", sa.Integer(), nullable=False, server_default="0"))
        gate.drop_constraint(op.f("ck_gate_places"), type_="check")
    with rebuilt("gate") as gate:
        gate.alter_column("held", existing_type=sa.Integer(), server_default=None)
        gate.create_check_constraint(op.f("ck_gate_places"), PLACES)

    with rebuilt("registration") as registration:
        registration.add_column(sa.Column("waits_for", MODE, nullable=True))
        registration.add_column(
            sa.Column("wants_offers", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        registration.add_column(sa.Column("short_notice", sa.Integer(), nullable=True))
        registration.add_column(
            sa.Column("auto_take_until", sa.DateTime(timezone=True), nullable=True)
        )
        registration.drop_constraint(op.f("ck_registration_waiting_has_number"), type_="check")
    op.execute("UPDATE registration SET waits_for = mode WHERE status = 'waitlisted'")
    with rebuilt("registration") as registration:
        registration.alter_column("wants_offers", existing_type=sa.Boolean(), server_default=None)
        registration.create_check_constraint(op.f("ck_registration_waiting_has_number"), NUMBERED)
        registration.create_check_constraint(op.f("ck_registration_waits_as_she_stands"), STANDS)
        registration.create_index(
            "ix_registration_line",
            ["event_id", "waits_for", "wait_no"],
            sqlite_where=sa.text("waits_for IS NOT NULL"),
            postgresql_where=sa.text("waits_for IS NOT NULL"),
        )


def downgrade():
    with rebuilt("registration") as registration:
        registration.drop_index("ix_registration_line")
        registration.drop_constraint(op.f("ck_registration_waits_as_she_stands"), type_="check")
        registration.drop_constraint(op.f("ck_registration_waiting_has_number"), type_="check")
    # Who has a place waits for no other one there: she leaves that line.
    op.execute("UPDATE registration SET wait_no = NULL WHERE status <> 'waitlisted'")
    with rebuilt("registration") as registration:
        for name in ("auto_take_until", "short_notice", "wants_offers", "waits_for"):
            registration.drop_column(name)
        registration.create_check_constraint(
            op.f("ck_registration_waiting_has_number"),
            "(status = 'waitlisted') = (wait_no IS NOT NULL)",
        )
    with rebuilt("gate") as gate:
        gate.drop_constraint(op.f("ck_gate_places"), type_="check")
        gate.drop_column("held")
        gate.create_check_constraint(
            op.f("ck_gate_places"), "taken >= 0 AND (capacity IS NULL OR taken <= capacity)"
        )

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_registration_id"))
        batch_op.drop_index(
            "ix_task_open",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    op.drop_table("task")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_offer_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index(batch_op.f("ix_offer_registration_id"))
        batch_op.drop_index(batch_op.f("ix_offer_partner_id"))
        batch_op.drop_index("ix_offer_event_mode_state")

    op.drop_table("offer")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_registration_id"))

    op.drop_table("consent")
    with op.batch_alter_table("address_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_address_change_registration_id"))

    op.drop_table("address_change")
    with op.batch_alter_table("invite_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invite_link_event_id"))

    op.drop_table("invite_link")
    op.drop_table("tombstone")
    op.drop_table("suppression")
