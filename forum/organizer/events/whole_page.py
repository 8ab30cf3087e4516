"""What a step for a whole event would come to, as the desk reads it before it takes it.

It is found out by supposing that the step has begun. So everything here is plain values: records
are read anew once that is over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from forum.emails import samples
from forum.emails.letter import Letter
from forum.emails.samples import Readers
from forum.events.models import Mode
from forum.notices import queries
from forum.notices.models import Occasion
from forum.notices.queries import Pending, Unreached
from forum.organizer.events.change_forms import chosen


class PersonLink(NamedTuple):
    """Someone whom no email reaches: her name, and where her page is."""

    name: str
    public_id: str


@dataclass(frozen=True)
class Ahead:
    """Who is written to, how they attend, who is not and why, and the email to one of them.

    `letter` is None when nobody is written to; `apart` is what only some of the `of_kind` who read
    the same are told, each with how many.
    """

    reached: int
    by_mode: Mapping[Mode | None, int]
    kept: Mapping[Unreached, Sequence[PersonLink]]
    readers: Mapping[Readers, int]
    letter: Letter | None
    promise: tuple[date, date] | None = None
    """By when recordings are promised now, and would be then, if that is another day."""
    apart: Sequence[tuple[str, int]] = ()
    of_kind: int = 0

    @property
    def to_phone(self) -> int:
        """Return how many a human must call."""
        return sum(len(self.kept.get(reason, ())) for reason in queries.TO_CALL)


def ahead(
    pending: Pending,
    occasion: Occasion,
    *,
    words: Mapping[str, str],
    reader: str | None,
    now: datetime,
) -> Ahead:
    """Return what it would come to if `pending` were told now.

    `reader` is the key of the kind of readers whose email is shown; the first one's otherwise.
    """
    readers, by_mode = samples.readers(pending, occasion), pending.by_mode
    kind, letter = chosen(readers, reader), None
    if kind is not None and occasion == Occasion.CANCELLED:
        letter = samples.cancellation_for(kind, pending, words=words, now=now)
    elif kind is not None:
        letter = samples.notice_for(kind, pending, occasion=occasion, words=words, now=now)
    return Ahead(
        reached=sum(by_mode.values()),
        by_mode={mode: by_mode[mode] for mode in (*Mode, None) if by_mode[mode]},
        kept={
            reason: [PersonLink(each.name, each.public_id) for each in people]
            for reason, people in pending.kept.items()
        },
        readers=readers,
        letter=letter,
        apart=samples.told_apart(kind, pending, occasion) if kind else [],
        of_kind=readers[kind] if kind else 0,
    )
