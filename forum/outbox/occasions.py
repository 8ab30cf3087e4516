"""What a message is written for, once: `dedupe_key`. Runs inside its caller's `transaction()`."""

from sqlalchemy import exists, literal, select, update

from forum.db import db
from forum.errors import Refusal
from forum.i18n import _
from forum.outbox.models import Message

FREED = "freed:"
"""Before the occasion of a message that was dropped, so that another may be planned for it."""


def free(message_id: int) -> None:
    """Let another message be planned for what this one was dropped from."""
    freed = literal(f"{FREED}{message_id}:") + Message.dedupe_key
    its_row = update(Message).where(Message.id == message_id)
    db.session.connection().execute(its_row.values(dedupe_key=freed))


def have_again(message: Message) -> None:
    """Give a message its occasion back. Raises Refusal where another one has it by now."""
    if not message.dedupe_key.startswith(FREED):
        return
    occasion = message.dedupe_key.split(":", 2)[2]
    if db.session.scalar(select(exists().where(Message.dedupe_key == occasion))):
        raise Refusal(_("Another email was planned instead of this one."))
    message.dedupe_key = occasion
