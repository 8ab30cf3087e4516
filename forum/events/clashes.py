"""Two things at once: a room that is taken, or a person who would have to be in two places. Pure.

The one rule, for the desk and for programme files alike: ends and starts may meet.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from forum.events.models import Room, Session, Speaker


class Span(Protocol):
    """Anything with a start and an end."""

    @property
    def starts_at(self) -> datetime:
        """Return when it begins."""

    @property
    def ends_at(self) -> datetime:
        """Return when it ends."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A room or speaker of a session that another session has at the same time."""

    what: Room | Speaker
    other: Session


def overlap(one: Span, other: Span) -> bool:
    """Tell whether both go on at some moment."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def clashes(
    span: Span, room: Room | None, speakers: Iterable[Speaker], others: Iterable[Session]
) -> Iterator[Clash]:
    """Yield what a session at this time, in this room, with these speakers would take twice.

    `others` are sessions that take place, without the one in question.
    """
    speaking = {speaker.id: speaker for speaker in speakers}
    for other in others:
        if not overlap(span, other):
            continue
        if room is not None and other.room_id == room.id:
            yield Clash(room, other)
        for appearance in other.appearances:
            if appearance.speaker_id in speaking:
                yield Clash(speaking[appearance.speaker_id], other)
