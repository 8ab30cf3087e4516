"""What organizers could no longer do in a database that another has replaced: they still cannot.

Runs inside its caller's `transaction()`.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from forum.accounts import queries, rules
from forum.accounts.models import Organizer
from forum.accounts.rules import Rights
from forum.audit.actions import record
from forum.audit.models import Action
from forum.audit.rules import differences, standing
from forum.db import db


def end_rights_again(known: Iterable[Rights], *, now: datetime) -> None:
    """Give nobody back what was taken from her: a higher role, a passkey that was removed.

    Nothing is given that the restored database does not give. Whose first passkey was added since
    adds the next one with somebody else's word: a mailed link alone adds none. Of an account that
    is another one there, of the same address, nothing is known.
    """
    found = {each.email: each for each in known}
    rows = db.session.scalars(
        select(Organizer).where(Organizer.email.in_(found)).order_by(Organizer.id)
    )
    for organizer in rows.all():
        rights = found[organizer.email]
        if rights.created_at == organizer.created_at:
            _lower(organizer, rights, now=now)
            _remove_passkeys(organizer, rights, now=now)
            if rights.has_had_passkey or rights.passkeys:
                organizer.has_had_passkey = True


def _lower(organizer: Organizer, rights: Rights, *, now: datetime) -> None:
    role = rules.lesser(organizer.role, rights.role)
    if role == organizer.role:
        return
    was, organizer.role = standing(organizer), role
    facts = {
        "role": role,
        "is_active": organizer.is_active,
        **differences(was, standing(organizer)),
    }
    record(Action.ORGANIZER_CHANGED, organizer, facts, now=now)


def _remove_passkeys(organizer: Organizer, rights: Rights, *, now: datetime) -> None:
    for passkey in queries.passkeys(organizer):
        if passkey.credential_id not in rights.passkeys:
            record(Action.PASSKEY_REMOVED, passkey, now=now)
            db.session.delete(passkey)
