"""notices, delivery reports, reminder audiences

Adds what notices are told against, what came back of emails, and whom a reminder is for.
"""

from datetime import UTC

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FACTS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def words(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, length=32)


TABLES = {
    "event": {
        "id": sa.Integer(),
        "kind": sa.Text(),
        "status": sa.Text(),
        "starts_at": INSTANT,
        "ends_at": INSTANT,
        "room_id": sa.Integer(),
        "told": FACTS,
    },
    "gate": {"event_id": sa.Integer(), "mode": sa.Text()},
    "session": {
        "id": sa.Integer(),
        "event_id": sa.Integer(),
        "status": sa.Text(),
        "starts_at": INSTANT,
        "ends_at": INSTANT,
        "room_id": sa.Integer(),
        "is_streamed": sa.Boolean(),
        "told": FACTS,
    },
    "room": {"id": sa.Integer(), "stream_url": sa.Text(), "dial_in": sa.Text()},
}
REPORT_KIND = words("reportkind", "hard", "soft", "complaint")


def rebuilt(table):
    """Rebuild a table on SQLite, as strict as it was; on PostgreSQL, alter it."""
    return op.batch_alter_table(table, table_kwargs={"sqlite_strict": True})


def foreign(table, column, other):
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def upgrade():
    op.create_table(
        "notice",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("occasion", words("occasion", "changes", "online", "postponed", "cancelled"), nullable=False),
        sa.Column("changes", FACTS, nullable=False),
        sa.Column("words", FACTS, nullable=False),
        sa.Column("organizer_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        foreign("notice", "event_id", "event"),
        foreign("notice", "organizer_id", "organizer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_notice_event_id"), "notice", ["event_id"])
    op.create_table(
        "delivery_report",
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("kind", REPORT_KIND, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "source",
            words("reportsource", "smtp", "mailbox", "ses", "postmark", "mailgun"),
            nullable=False,
        ),
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column("once", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        foreign("delivery_report", "message_id", "message"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_report")),
        sa.UniqueConstraint("once", name=op.f("uq_delivery_report_once")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_delivery_report_address_hash"), "delivery_report", ["address_hash"])
    op.create_index(op.f("ix_delivery_report_message_id"), "delivery_report", ["message_id"])
    op.create_table(
        "address_block",
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column("kind", REPORT_KIND, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_block")),
        sa.UniqueConstraint("address_hash", name=op.f("uq_address_block_address_hash")),
        sqlite_strict=True,
    )
    op.create_table(
        "calendar_reply",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column(
            "answer", words("replyanswer", "accepted", "declined", "tentative"), nullable=False
        ),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("once", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        foreign("calendar_reply", "registration_id", "registration"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_reply")),
        sa.UniqueConstraint("once", name=op.f("uq_calendar_reply_once")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_calendar_reply_registration_id"), "calendar_reply", ["registration_id"]
    )

    with rebuilt("event") as event:
        event.add_column(
            sa.Column(
                "calendar_mail",
                words("calendarmail", "request", "publish", "none"),
                nullable=False,
                server_default="request",
            )
        )
        event.add_column(sa.Column("told", FACTS, nullable=True))
        event.add_column(sa.Column("changed_at", INSTANT, nullable=True))
    with rebuilt("event") as event:
        event.alter_column("calendar_mail", existing_type=sa.Text(), server_default=None)
    with rebuilt("session") as session:
        session.add_column(sa.Column("told", FACTS, nullable=True))
        session.add_column(sa.Column("changed_at", INSTANT, nullable=True))
    with rebuilt("message") as message:
        message.add_column(sa.Column("returned_at", INSTANT, nullable=True))
        message.add_column(
            sa.Column("has_invitation", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with rebuilt("message") as message:
        message.alter_column("has_invitation", existing_type=sa.Boolean(), server_default=None)
    with rebuilt("heartbeat") as heartbeat:
        heartbeat.add_column(sa.Column("trouble", sa.Text(), nullable=True))
        heartbeat.add_column(sa.Column("trouble_since", INSTANT, nullable=True))
    with rebuilt("programme") as programme:
        programme.add_column(sa.Column("mail_stopped_at", INSTANT, nullable=True))
    with rebuilt("reminder") as reminder:
        reminder.add_column(sa.Column("roles", sa.Text(), nullable=True))
        reminder.add_column(sa.Column("session_id", sa.Integer(), nullable=True))
        reminder.add_column(
            sa.Column("is_for_waitlist", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        reminder.add_column(sa.Column("blocks", sa.Text(), nullable=True))
        reminder.add_column(sa.Column("words", FACTS, nullable=False, server_default="{}"))
        reminder.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        # Every rule until now is from a programme file.
        reminder.add_column(sa.Column("stated", FACTS, nullable=True, server_default="{}"))
        reminder.create_foreign_key(
            op.f("fk_reminder_session_id_session"), "session", ["session_id"], ["id"]
        )
    with rebuilt("reminder") as reminder:
        reminder.alter_column("is_for_waitlist", existing_type=sa.Boolean(), server_default=None)
        reminder.alter_column("words", existing_type=FACTS, server_default=None)
        reminder.alter_column("version", existing_type=sa.Integer(), server_default=None)
        reminder.alter_column("stated", existing_type=FACTS, server_default=None)

    keep_what_is_known()
    keep_who_was_invited()


def keep_what_is_known():
    """Take what public pages say today as what attendees of published events have been told."""
    bind = op.get_bind()
    event, gate, session, room = (
        sa.table(name, *(sa.column(each, kind) for each, kind in columns.items()))
        for name, columns in TABLES.items()
    )
    rooms = {row.id: row for row in bind.execute(sa.select(room))}
    modes = {}
    for row in bind.execute(sa.select(gate)):
        modes.setdefault(row.event_id, set()).add(row.mode)
    for row in bind.execute(sa.select(event).where(event.c.status != "draft")).all():
        offered = modes.get(row.id, {"in_person"})
        told = {
            **moments(row),
            "status": row.status,
            "is_online": row.kind == "forum" and "in_person" not in offered,
            **joining(rooms.get(row.room_id)),
        }
        bind.execute(sa.update(event).where(event.c.id == row.id).values(told=told))
        for each in bind.execute(sa.select(session).where(session.c.event_id == row.id)).all():
            found = rooms.get(each.room_id)
            told = {
                **moments(each),
                "status": each.status,
                "is_streamed": bool(each.is_streamed),
                **joining(found, is_streamed=bool(each.is_streamed)),
            }
            bind.execute(sa.update(session).where(session.c.id == each.id).values(told=told))


def keep_who_was_invited():
    """Mark the emails that have brought an entry for a calendar; until now, all of these did."""
    message = sa.table("message", *map(sa.column, ("email", "state", "has_invitation")))
    inviting = ("confirmation", "promoted", "mode_changed", "details_changed")
    op.execute(
        sa.update(message)
        .where(message.c.email.in_(inviting), message.c.state == "sent")
        .values(has_invitation=sa.true())
    )


def moments(row):
    utc = (
        at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        for at in (row.starts_at, row.ends_at)
    )
    return dict(zip(("starts_at", "ends_at"), (at.isoformat() for at in utc), strict=True))


def joining(room, *, is_streamed=True):
    return {
        "room_id": room and room.id,
        "stream_url": room.stream_url if room and is_streamed else None,
        "dial_in": room.dial_in if room and is_streamed else None,
    }


def downgrade():
    with rebuilt("reminder") as reminder:
        reminder.drop_constraint(op.f("fk_reminder_session_id_session"), type_="foreignkey")
        for name in ("stated", "version", "words", "blocks", "is_for_waitlist", "session_id", "roles"):
            reminder.drop_column(name)
    with rebuilt("programme") as programme:
        programme.drop_column("mail_stopped_at")
    with rebuilt("heartbeat") as heartbeat:
        for name in ("trouble_since", "trouble"):
            heartbeat.drop_column(name)
    with rebuilt("message") as message:
        message.drop_column("has_invitation")
        message.drop_column("returned_at")
    with rebuilt("session") as session:
        for name in ("changed_at", "told"):
            session.drop_column(name)
    with rebuilt("event") as event:
        for name in ("changed_at", "told", "calendar_mail"):
            event.drop_column(name)
    op.drop_index(op.f("ix_calendar_reply_registration_id"), "calendar_reply")
    op.drop_table("calendar_reply")
    op.drop_table("address_block")
    op.drop_index(op.f("ix_delivery_report_message_id"), "delivery_report")
    op.drop_index(op.f("ix_delivery_report_address_hash"), "delivery_report")
    op.drop_table("delivery_report")
    op.drop_index(op.f("ix_notice_event_id"), "notice")
    op.drop_table("notice")
