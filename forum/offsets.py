"""How far a clock was from UTC when an instant was worked out, kept beside it.

What happens at 8:15 on the clock in a hall happens at 8:15 when a government changes its law of
time; the instant in UTC does not. An instant alone cannot tell: with its offset, it can.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, event, inspect
from sqlalchemy.orm import QueryableAttribute, object_session

from forum.db import Record

ZONE = "zone"
_log = logging.getLogger(__name__)


def keep(
    model: type[Record], names: tuple[str, ...], zone_of: Callable[[Any, Connection], str]
) -> None:
    """Let rows of a table keep the offsets of these columns, in `offsets`, as they are stored.

    An offset is worked out when its instant is set or the zone is another one, and never again:
    a later law does not change it.
    """
    watched = {*names, "timezone"} & {*model.__table__.columns.keys()}

    def note(_mapper: object, connection: Connection, row: Any) -> None:  # noqa: ANN401 - any of our records
        known: Mapping[str, Any] = row.offsets or {}
        attributes = inspect(row).attrs
        new = {name for name in watched if attributes[name].history.has_changes()}
        if known and not new:
            return
        zone = zone_of(row, connection)
        kept: dict[str, Any] = {ZONE: zone}
        for name in names:
            is_kept = name in known and name not in new and known[ZONE] == zone
            at = getattr(row, name)
            if at is not None:
                kept[name] = known[name] if is_kept else offset(at, zone)
        row.offsets = kept

    for moment in ("before_insert", "before_update"):
        event.listen(model, moment, note)


def follow(zone: QueryableAttribute[str], *parts: str) -> None:
    """Let the rows in these relations of a row keep their offsets anew once its zone is another."""

    def forget(row: Any, name: str, was: object, _initiator: object) -> None:  # noqa: ANN401 - any of our records
        if isinstance(was, str) and was != name:
            session = object_session(row)
            with session.no_autoflush if session else nullcontext():  # it is half changed
                for each in (each for part in parts for each in getattr(row, part)):
                    each.offsets = None

    event.listen(zone, "set", forget, active_history=True)


def offset(at: datetime, zone: str) -> int:
    """Return by how many seconds a zone's clock is ahead of UTC at an instant."""
    return int((at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds())


def by_the_wall(at: datetime, was_ahead: int, zone: str) -> datetime:
    """Return the instant, in UTC, at which the clock shows what it was to show.

    `was_ahead` is the offset when `at` was worked out. Where the clock shows it twice, the one
    of that offset is meant; where it skips it, the hour later, as RFC 5545 3.3.5 has it.
    """
    wall = (at.astimezone(UTC) + timedelta(seconds=was_ahead)).replace(tzinfo=ZoneInfo(zone))
    both = [wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    return at if at in both else both[0]


@cache
def known_zone(name: str, otherwise: str) -> str:
    """Return a zone's name, or another where the zone data has no such zone (any more).

    It is said once, because everything goes on and nobody would notice.
    """
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        _log.warning("The zone data has no zone %r. %s is used instead.", name, otherwise)
        return otherwise
    return name
