"""Giving rows the values of a file, touching only what differs."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Protocol

from forum.db import Record


class Positioned(Protocol):
    """A row with a place in an order."""

    id: Any
    position: Any


def assign(record: Record, values: dict[str, Any]) -> frozenset[str]:
    """Set the values that differ; return their names."""
    changed = {name: value for name, value in values.items() if getattr(record, name) != value}
    for name, value in changed.items():
        setattr(record, name, value)
    return frozenset(changed)


def arrange(records: Sequence[Positioned]) -> bool:
    """Give records numbers that sort in this order; say whether any number changed.

    Records that are in order already keep their numbers, whatever these are. Every record has
    its id by now.
    """
    places = [(each.position, each.id) for each in records]
    if all(before < after for before, after in pairwise(places)):
        return False
    for position, each in enumerate(records):
        each.position = position
    return True
