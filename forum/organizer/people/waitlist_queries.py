"""The line of one mode, as the desk shows it: who, since when, with whom, and why not yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from forum.audit.models import Action, AuditEntry
from forum.db import db
from forum.events.models import Gate
from forum.registration import queries
from forum.registration.models import Offer, Registration
from forum.registration.places.offer_rules import WhyNot

MOST_SHOWN = 200
"""Names of a line on one page."""


@dataclass(frozen=True)
class InLine:
    """One who waits. `why` is None for whoever is offered the next place that is free."""

    number: int
    person: Registration
    since: datetime
    partner: Registration | None
    """The one who waits together with her, both or neither."""
    why: WhyNot | None


@dataclass(frozen=True)
class Line:
    """Who waits at a gate, and what is offered."""

    gate: Gate
    people: Sequence[InLine]
    offers: Sequence[Offer]

    @property
    def is_needed(self) -> bool:
        """Tell whether there is anything to show: a limit, or someone who waits."""
        return self.gate.capacity is not None or bool(self.people)

    @property
    def is_stuck(self) -> bool:
        """Tell whether places are free, and nobody who has no offer yet can be offered one."""
        others = [each for each in self.people if each.why != WhyNot.HAS_OFFER]
        return self.gate.left != 0 and bool(others) and all(each.why for each in others)


def line(gate: Gate, reasons: Mapping[int, WhyNot]) -> Line:
    """Return a gate's line and open offers, in the order of the line.

    `reasons` say by her id why someone is not offered a place.
    """
    people = queries.line_people(gate.event_id, gate.mode)
    since = _since(people)
    partners = queries.pairs_among(people)
    return Line(
        gate,
        [
            InLine(
                number,
                person,
                since.get(person.id, person.registered_at),
                partners.get(person.id),
                reasons.get(person.id),
            )
            for number, person in enumerate(people, start=1)
        ],
        queries.open_offers(gate.event_id, gate.mode),
    )


def _since(people: Sequence[Registration]) -> dict[int, datetime]:
    """Return when each joined the line who had been registered before, by her id."""
    wanted = {each.id: each.waits_for for each in people}
    entries = db.session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.subject_kind == Registration.__tablename__,
            AuditEntry.subject_id.in_(wanted),
            AuditEntry.action == Action.WAITING_CHANGED,
        )
        .order_by(AuditEntry.at)
    )
    return {
        entry.subject_id: entry.at
        for entry in entries
        if entry.facts.get("to") == wanted[entry.subject_id]
    }
