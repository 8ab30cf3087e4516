"""A look at what would be: records are changed in memory, and nothing reaches the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState

from forum.db import db


class Supposed(Exception):
    """Something would have been written, or locked, while it was only supposed."""


@contextmanager
def supposing() -> Iterator[None]:
    """Let records be changed inside as if it were so, and forget it at the end.

    Takes no turn and no lock: others go on writing. A query finds rows as they are stored, and
    returns the records as they are supposed to be; so what has been changed is not asked for by
    what has changed. What is read inside must be taken out as plain values: records are read anew
    afterwards. Raises Supposed for whatever would write.
    """
    session = db.session()
    event.listen(session, "before_flush", _refuse)
    event.listen(session, "do_orm_execute", _refuse_statement)
    try:
        with session.no_autoflush:
            yield
    finally:
        event.remove(session, "before_flush", _refuse)
        event.remove(session, "do_orm_execute", _refuse_statement)
        session.rollback()
        session.expire_all()


def _refuse(*_given: object) -> None:
    raise Supposed


def _refuse_statement(state: ORMExecuteState) -> None:
    statement: Any = state.statement
    if not state.is_select or getattr(statement, "_for_update_arg", None) is not None:
        raise Supposed
