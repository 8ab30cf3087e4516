"""Loading what all events share: the programme, its venue, rooms, tracks and people."""

from collections.abc import Iterable
from typing import Any, TypeVar

from forum.db import db
from forum.events.models import Programme, Room, Speaker, Track, Venue
from forum.programme.loading.assigning import arrange, assign
from forum.programme.queries import Stored
from forum.programme.reading import outline, values
from forum.programme.report import Report

Row = TypeVar("Row", Room, Track, Speaker)


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
    is_changed |= _load(Room, file.rooms, stored.rooms, report, word="room")
    is_changed |= _load(Track, file.tracks, stored.tracks, report, word="track")
    return _load(Speaker, file.people, stored.speakers, report, word="person") or is_changed


def _load_venue(stated: outline.Venue, stored: Stored, report: Report) -> bool:
    name = f"venue {stated.id}"
    if stored.venue is None:
        stored.venue = _new(Venue, values.shared(stated))
        report.added.append(name)
        return False
    return report.tell(name, is_changed=bool(assign(stored.venue, values.shared(stated))))


def _load(
    model: type[Row],
    parts: Iterable[outline.Room | outline.Track | outline.Person],
    rows: dict[str, Row],
    report: Report,
    *,
    word: str,
) -> bool:
    """Load one sort of shared rows; say whether one that was there changed."""
    is_changed = False
    in_order: list[Row] = []
    for position, stated in enumerate(parts):
        name, wanted = f"{word} {stated.id}", values.shared(stated)
        if stated.id in rows:
            changed = assign(rows[stated.id], wanted)
            is_changed |= report.tell(name, is_changed=bool(changed))
        else:
            rows[stated.id] = _new(model, {**wanted, "position": position})
            report.added.append(name)
        in_order.append(rows[stated.id])
    db.session.flush()
    return arrange(in_order) or is_changed


def _new(model: Any, stated: values.Values) -> Any:  # noqa: ANN401 - a row of that model
    row = model(**stated)
    db.session.add(row)
    return row
