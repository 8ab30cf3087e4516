"""Who was remembered in a database that another has replaced: known again, and held.

Runs inside its caller's `transaction()`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from forum.audit.actions import record
from forum.audit.models import Action
from forum.care import queries
from forum.care.models import HashKey, Suppression, TaskKind
from forum.db import Facts, Record, db, insert_once
from forum.registration.models import CareState, Registration
from forum.registration.telling import ask


def know_again(remembered: Sequence[Facts], keys: Sequence[Facts], *, now: datetime) -> int:
    """Keep these codes of the remembered and the keys that they need. Twice is once.

    Each is a row as it stood in its table, by column. Whoever may be one of those that are new
    here is held, and a human is asked; so is who is linked to her. Returns how many people are
    held.
    """
    for key in keys:
        _is_new(HashKey, "name", key)
    new = [each for each in remembered if _is_new(Suppression, "person_hash", each)]
    known = _people_of([str(each["person_hash"]) for each in new])
    about = {(each.email, each.person_key) for each in known}
    held = 0
    for person in known:
        hers = _lock_hers(person)
        held += _silence(hers, now=now)
        once = f"check person:{person.public_id}:restored {now.isoformat()}"
        ask(TaskKind.CHECK_PERSON, person, once=once, now=now)
        for companion in queries.one_of_each(queries.linked(hers)):
            is_asked_about = (companion.email, companion.person_key) in about
            if is_asked_about or companion.care_state == CareState.REMEMBERED:
                continue
            held += _silence(_lock_hers(companion), now=now)
            once = f"ask companion:{person.public_id}:{companion.public_id}:{now.isoformat()}"
            ask(TaskKind.ASK_COMPANION, companion, once=once, now=now)
    return held


def _people_of(person_hashes: Sequence[str]) -> list[Registration]:
    """Return who may be someone of these codes, a registration of each."""
    if not person_hashes:
        return []
    rows = db.session.scalars(
        select(Registration)
        .where(Registration.email.is_not(None), Registration.care_state != CareState.REMEMBERED)
        .order_by(Registration.id)
    ).unique()
    return [each for each in queries.one_of_each(rows) if _is_one_of(each, person_hashes)]


def _is_one_of(person: Registration, person_hashes: Sequence[str]) -> bool:
    if person.email is None:
        return False
    alike = queries.suppressions(person.name, person.email).with_only_columns(Suppression.id)
    found = alike.where(Suppression.person_hash.in_(person_hashes)).limit(1)
    return db.session.scalar(found) is not None


def _lock_hers(person: Registration) -> Sequence[Registration]:
    rows = queries.same_person(person).with_for_update(of=Registration)
    return db.session.scalars(rows.execution_options(populate_existing=True)).unique().all()


def _silence(people: Iterable[Registration], *, now: datetime) -> int:
    """Send a person nothing, in any event, until a human has asked. Returns 1 if that is new."""
    lively = [each for each in people if each.care_state not in queries.DEEP]
    for each in lively:
        facts = {"from": each.care_state, "to": CareState.HELD}
        each.care_state, each.updated_at = CareState.HELD, now
        each.version += 1
        record(Action.CARE_CHANGED, each, facts, now=now)
    return int(bool(lively))


def _is_new(table: type[Record], key: str, row: Facts) -> bool:
    db.session.flush()
    return db.session.connection().execute(insert_once(table, key), row).rowcount == 1
