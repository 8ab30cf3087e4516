"""Which data key encrypts what, read from the first letters of every sealed value."""

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from forum.db import Record, db
from forum.sealed import KEY_ID_LENGTH, Sealed, key_id


def sealed_columns() -> Iterator[tuple[type[Record], str]]:
    """Return every sealed attribute of every record, by its class and name."""
    for mapper in Record.registry.mappers:
        for name, attribute in vars(mapper.class_).items():
            if isinstance(attribute, Sealed):
                yield mapper.class_, name


def column(record: type[Record], name: str) -> InstrumentedAttribute[str | None]:
    """Return the column that keeps a sealed attribute."""
    found: InstrumentedAttribute[str | None] = getattr(record, f"{name}_sealed")
    return found


def values_by_key() -> Counter[str]:
    """Return how many values each data key encrypts, by the key's short name."""
    counted: Counter[str] = Counter()
    for record, name in sealed_columns():
        its_key = func.substr(column(record, name), 1, KEY_ID_LENGTH)
        rows = db.session.execute(
            select(its_key, func.count()).where(column(record, name).is_not(None)).group_by(its_key)
        )
        for each, number in rows:
            counted[each] += number
    return counted


def lock_under_other_keys(
    record: type[Record], name: str, newest: str, *, after: int, at_most: int
) -> Sequence[Record]:
    """Return records whose value is not under the key `newest`, in order, locked.

    Those up to the id `after` are left out: they were looked at before.
    """
    sealed = column(record, name)
    return db.session.scalars(
        select(record)
        .where(record.id > after, sealed.is_not(None), ~sealed.startswith(f"{key_id(newest)}."))
        .order_by(record.id)
        .limit(at_most)
        .with_for_update(of=record)
    ).all()
