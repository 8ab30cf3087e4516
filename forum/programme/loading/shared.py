"""Loading what all events share: the programme, its venue, rooms, tracks and people."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from forum.db import db
from forum.events.models import Programme, Room, Speaker, Track, Venue
from forum.programme.loading.assigning import arrange, assign
from forum.programme.queries import Stored
from forum.programme.reading import outline, values
from forum.programme.report import Report

Row = TypeVar("Row", Room, Track, Speaker)
Stated = TypeVar("Stated", outline.Room, outline.Track, outline.Person)


def load_shared(file: outline.ProgrammeFile, stored: Stored, report: Report) -> bool:
    """Bring the shared rows to what the file says; say whether one that was there changed.

    Rows that the file does not name stay as they are.
    """
    is_changed = False
    if stored.programme is None:
        stored.programme = _new(Programme, values.programme(file))
        report.added.append(f"programme {file.programme.id}")
    else:
        changed = assign(stored.programme, values.programme(file))
        is_changed |= report.tell(f"programme {file.programme.id}", is_changed=bool(changed))
    if file.venue is not None:
        is_changed |= _load_venue(file.venue, stored, report)
    is_changed |= _load(_Sort(Room, values.room, "room"), file.rooms, stored.rooms, report)
    is_changed |= _load(_Sort(Track, values.track, "track"), file.tracks, stored.tracks, report)
    people = _Sort(Speaker, values.speaker, "person")
    return _load(people, file.people, stored.speakers, report) or is_changed


def _load_venue(stated: outline.Venue, stored: Stored, report: Report) -> bool:
    name = f"venue {stated.id}"
    if stored.venue is None:
        stored.venue = _new(Venue, values.venue(stated))
        report.added.append(name)
        return False
    return report.tell(name, is_changed=bool(assign(stored.venue, values.venue(stated))))


@dataclass(frozen=True)
class _Sort(Generic[Row, Stated]):
    """A sort of shared rows."""

    model: type[Row]
    values_of: Callable[[Stated], values.Values]
    word: str


def _load(
    sort: _Sort[Row, Stated], parts: Iterable[Stated], rows: dict[str, Row], report: Report
) -> bool:
    """Load one sort of rows; say whether one that was there changed."""
    is_changed = False
    in_order: list[Row] = []
    for position, stated in enumerate(parts):
        name = f"{sort.word} {stated.id}"
        if stated.id in rows:
            changed = assign(rows[stated.id], sort.values_of(stated))
            is_changed |= report.tell(name, is_changed=bool(changed))
        else:
            rows[stated.id] = _new(sort.model, {**sort.values_of(stated), "position": position})
            report.added.append(name)
        in_order.append(rows[stated.id])
    db.session.flush()
    return arrange(in_order) or is_changed


def _new(model: Any, stated: values.Values) -> Any:  # noqa: ANN401 - a row of that model
    row = model(**stated)
    db.session.add(row)
    return row
