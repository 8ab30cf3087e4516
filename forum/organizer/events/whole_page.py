"""What a step for a whole event would come to, as the desk reads it before it takes it.

It is found out by taking the step and undoing it. So everything here is plain values: records
are read anew once the step has been undone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from forum.db import db
from forum.emails import samples
from forum.emails.letter import Letter
from forum.emails.samples import Readers
from forum.events.models import Event, Mode
from forum.events.words import MODES
from forum.i18n import LANGUAGES, _
from forum.incoming.queries import stopped_emails
from forum.notices import queries
from forum.notices.models import Occasion
from forum.notices.queries import Concerned, Pending, Unreached
from forum.registration.models import Registration


class PersonLink(NamedTuple):
    """Someone whom no email reaches: her name, and where her page is."""

    name: str
    public_id: str


@dataclass(frozen=True)
class Ahead:
    """Who is written to, how they attend, who is not and why, and the email to one of them.

    `letter` is None when nobody is written to.
    """

    reached: int
    by_mode: Mapping[Mode | None, int]
    kept: Mapping[Unreached, Sequence[PersonLink]]
    readers: Sequence[tuple[str, str]]
    letter: Letter | None

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
    readers = samples.readers(pending, occasion)
    kinds = {kind.key: kind for kind in readers}
    chosen = kinds.get(reader or "") or next(iter(readers), None)
    letter = None
    if chosen is not None and occasion == Occasion.CANCELLED:
        letter = samples.cancellation_for(chosen, pending, words=words, now=now)
    elif chosen is not None:
        letter = samples.notice_for(chosen, pending, occasion=occasion, words=words, now=now)
    return Ahead(
        reached=len(pending.reached),
        by_mode=Counter(pending.by_mode),
        kept={
            reason: [PersonLink(each.name, each.public_id) for each in people]
            for reason, people in pending.kept.items()
            if reason != Unreached.CANCELLED
        },
        readers=[(kind.key, _in_words(kind, number)) for kind, number in readers.items()],
        letter=letter,
    )


def everyone(event: Event, *, now: datetime) -> Pending:
    """Return everyone who is registered for an event, as those whom its end concerns."""
    people: Iterable[Registration] = db.session.scalars(
        select(Registration)
        .where(Registration.event_id == event.id)
        .order_by(Registration.name_key, Registration.id)
    )
    stopped = stopped_emails(event=event)
    concerned = (Concerned(each, (), queries.why_not(each, stopped, now=now)) for each in people)
    return Pending(event, (), tuple(concerned))


def _in_words(kind: Readers, number: int) -> str:
    """Return a kind of reader in words: "In person, discreet titles, English (23)"."""
    how = _("On the waitlist") if kind.is_waiting else MODES[kind.mode]
    if kind.is_relieved:
        how = _("%(how)s, waiting for the room", how=how)
    return str(
        _(
            "%(how)s, %(titles)s, %(language)s (%(number)s)",
            how=how,
            titles=_("discreet titles") if kind.is_discreet else _("full titles"),
            language=LANGUAGES.get(kind.language, kind.language),
            number=number,
        )
    )
