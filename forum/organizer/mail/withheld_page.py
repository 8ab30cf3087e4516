"""What goes out as soon as someone is no longer on hold, to be read before that is said.

Nothing here is stored, and no personal link of it opens anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from forum import emails
from forum.care.history_queries import beneath, to_tell_back
from forum.care.queries import asked_no_more, same_person
from forum.care.rules import NOTE, ONLY_IF_CHANGED, TaskAnswer
from forum.db import db
from forum.emails import Letter
from forum.events.words import neutral
from forum.incoming.queries import is_stopped
from forum.outbox.models import Message
from forum.registration.models import CareState, Registration
from forum.supposing import supposing

ASKED_FIRST = frozenset({TaskAnswer.WRITE, TaskAnswer.ANOTHER, TaskAnswer.SAME})
"""Answers that let out at once what was kept back."""


@dataclass(frozen=True)
class Withheld:
    """An email that was kept back, as it goes out then; `event` is its neutral title."""

    event: str
    email: str
    language: str
    letter: Letter


def held_with(person: Registration) -> list[Registration]:
    """Return all registrations of a person that are on hold."""
    hers = db.session.scalars(same_person(person)).unique()
    return [each for each in hers if each.care_state == CareState.HELD]


def let_go_by(person: Registration, answer: TaskAnswer) -> list[Registration]:
    """Return which registrations of hers an answer lets go."""
    hers = held_with(person)
    return asked_no_more(person, hers) if answer == TaskAnswer.ANOTHER else hers


def withheld(
    people: Iterable[Registration], answer: TaskAnswer, *, now: datetime
) -> list[Withheld]:
    """Return the emails that go out at once when these are no longer held, each as it reads.

    With *write* all reaches them; any other answer gives back what they had before.
    """
    people, found = list(people), list[Withheld]()
    with supposing():
        for each in people:
            own = CareState.ACTIVE if answer == TaskAnswer.WRITE else beneath(each)
            each.care_state = own
            is_reached = each.email is not None and not is_stopped(each.email)
            for email in to_tell_back(each, is_reached=is_reached, now=now):
                letter = _letter(email, each, now) if is_reached else None
                if letter is not None:
                    found.append(Withheld(neutral(each.event), email, each.language, letter))
    return found


def _letter(email: str, person: Registration, now: datetime) -> Letter | None:
    """Return an email as it would be written; None for one that would not be sent."""
    facts = {ONLY_IF_CHANGED: True} if email == NOTE else {}
    message = Message(email=email, facts=facts, dedupe_key="preview", created_at=now)
    message.registration = person
    made = emails.preview(message, now)
    return None if made.why_not else made.letter
