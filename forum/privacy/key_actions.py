"""Encrypting anew: what older data keys have sealed goes under the newest one.

Values that are done are known by their key's name, so it may be stopped at any moment and begun
again. Meanwhile every key in `FORUM_DATA_KEYS` opens what it has sealed.
"""

from dataclasses import dataclass

from forum.config import current_settings
from forum.db import Record
from forum.privacy.key_queries import lock_under_other_keys
from forum.sealed import Unreadable

AT_ONCE = 200


@dataclass
class Pass:
    """How far one column's encrypting anew has come."""

    record: type[Record]
    name: str
    last_id: int = 0
    sealed: int = 0
    unreadable: int = 0
    is_over: bool = False


def reseal_some(going: Pass) -> None:
    """Encrypt the next few values of a column under the newest key, and note how far it is.

    A value whose key is gone stays as it is and is counted.
    """
    newest = current_settings().data_keys[0]
    found = lock_under_other_keys(
        going.record, going.name, newest, after=going.last_id, at_most=AT_ONCE
    )
    for record in found:
        try:
            setattr(record, going.name, getattr(record, going.name))
            going.sealed += 1
        except Unreadable:
            going.unreadable += 1
        going.last_id = record.id
    going.is_over = len(found) < AT_ONCE
