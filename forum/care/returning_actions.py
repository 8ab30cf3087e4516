"""Who was remembered in a database that another has replaced, or was quiet: known again.

Runs inside its caller's `transaction()`.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from forum.audit.actions import record
from forum.audit.models import Action
from forum.care import queries
from forum.care.adopting_actions import pause_along
from forum.care.history_queries import pauses
from forum.care.models import HashKey, Suppression, TaskKind
from forum.care.rules import Quieted
from forum.db import Facts, Record, db, insert_once
from forum.registration.models import CareState, Registration
from forum.registration.telling import ask


def know_again(
    remembered: Sequence[Facts],
    keys: Sequence[Facts],
    silences: Iterable[Quieted] = (),
    *,
    now: datetime,
) -> int:
    """Keep these codes of the remembered and the keys that they need. Twice is once.

    Each is a row as it stood in its table, by column. Whoever may be one of those that are new
    here is held, and a human is asked; so is who is linked to her. Whom no code knows, `silences`
    name. Returns how many people are held.
    """
    for key in keys:
        _is_new(HashKey, "name", key)
    new = [each for each in remembered if _is_new(Suppression, "person_hash", each)]
    known = _people_of([str(each["person_hash"]) for each in new])
    known = queries.one_of_each([*known, *_gone(silences)])
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


def keep_quiet_again(silences: Iterable[Quieted], *, now: datetime) -> None:
    """Let nobody hear more than she did: pauses, holds, and reminders that were stopped.

    A pause beneath a hold or a death is one, there and here; by whose word it is stays known.
    What is kept back here for another reason stays so.
    """
    for each, person in _lock_people(silences):
        if not each.wants_reminders:
            person.wants_reminders = False
        is_held = CareState.HELD in (each.care_state, person.care_state)
        here = pauses(person)
        both = here | each.pauses
        is_more = bool(both) and (not here or both.written() != here.written())
        if is_more and person.care_state != CareState.REMEMBERED:
            pause_along(person, *both.written(), now=now)
        if is_held and person.care_state in queries.LIVELY:
            _silence([person], now=now)


def let_nobody_ask_again(public_ids: Collection[str]) -> None:
    """Let nobody who comes with these people ask for quiet in their names: they have said no."""
    people = select(Registration).where(Registration.public_id.in_(public_ids))
    for person in db.session.scalars(people.order_by(Registration.id)).unique():
        person.has_let_companion_pause = False


def _gone(silences: Iterable[Quieted]) -> list[Registration]:
    """Return who was remembered there by the random name that she has here, and is not here.

    Codes do not know her where she has no address, or another name or address since.
    """
    gone = (each for each in silences if each.care_state == CareState.REMEMBERED)
    return [
        person
        for _silence, person in _lock_people(gone)
        if person.care_state != CareState.REMEMBERED
    ]


def _lock_people(silences: Iterable[Quieted]) -> list[tuple[Quieted, Registration]]:
    """Lock those that they are of, and return each with hers, in ascending id."""
    found = {each.public_id: each for each in silences}
    rows = select(Registration).where(Registration.public_id.in_(found)).order_by(Registration.id)
    people = db.session.scalars(rows.with_for_update(of=Registration)).unique()
    return [(found[person.public_id], person) for person in people.all()]


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
