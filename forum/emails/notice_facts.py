"""What a notice has to say to one reader when it is written: what is different for her now.

It is found out from the live record. If something has moved again since the notice was sent, the
newest state is told; of several notices that wait for her, the newest says it all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from forum.db import db
from forum.emails.queries import Sender
from forum.events.models import Session
from forum.i18n import _
from forum.notices import queries, rules
from forum.notices.baseline import State, state_of
from forum.notices.models import Notice, Occasion
from forum.notices.rules import Change, Telling, Was
from forum.outbox.models import Message, MessageState
from forum.registration.models import Registration, Status


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What a notice says to one reader. `changes_entry` is for her entry of the event.

    `was` is how she stood before her whole event went online, where that moved her as well.
    """

    occasion: Occasion
    words: Mapping[str, str]
    changes: tuple[Change, ...]
    changes_entry: bool
    is_newest: bool = True
    was: Was | None = None


def facts_for(
    message: Message, notice: Notice, sender: Sender, *, now: datetime
) -> NoticeFacts | None:
    """Return what a message about a notice says now; None when her registration is gone."""
    person = message.registration
    if person is None:
        return None
    mails = _mails(person)
    since = person.registered_at
    notices = [
        each
        for each in queries.of_event(person.event)
        if each.id <= notice.id and each.sent_at >= since
    ]
    tellings = [Telling(queries.stored(each), _sent_at(mails.get(each.id))) for each in notices]
    before = rules.known_after(tellings, person.registered_at)
    return make(
        person,
        before,
        sender,
        occasion=notice.occasion,
        words=notice.words,
        is_newest=max([notice.id, *mails]) == notice.id,
        was=_was([message, *mails.values()]),
        now=now,
    )


def make(  # noqa: PLR0913 - what it says, by name
    person: Registration,
    before: Mapping[int | None, State],
    sender: Sender,
    *,
    occasion: Occasion,
    words: Mapping[str, str],
    now: datetime,
    in_sessions: frozenset[int] | None = None,
    is_newest: bool = True,
    was: Was | None = None,
) -> NoticeFacts:
    """Return what is said to a person who has been told `before`, by what it was told of.

    `in_sessions` are those with limited places in which she has a place or a number; they are
    asked for where it is None. `was` is that of `queries.reader_of`.
    """
    event, *sessions = sender.happenings(person.event)
    if in_sessions is None:
        in_sessions = queries.sessions_of(person.event, person)[person.id]
    reader = queries.reader_of(person, in_sessions, was)
    its_sessions = [each for each in sessions if isinstance(each, Session)]
    changes = rules.changes(person.event, its_sessions, before, reader, now=now)
    if was is not None:  # there is nothing to choose in the room any more
        changes = tuple(replace(each, is_chosen=False) for each in changes)
    live = {rules.key_of(each): state_of(each) for each in (event, *its_sessions)}
    return NoticeFacts(
        occasion=occasion,
        words=words,
        changes=changes,
        changes_entry=person.status == Status.CONFIRMED
        and (
            occasion != Occasion.CHANGES
            or rules.changes_entry(person.mode, {**live, **before}, live)
        ),
        is_newest=is_newest,
        was=was,
    )


def why_not(facts: NoticeFacts) -> str | None:
    """Return why there is nothing to say any more, or None."""
    if not facts.is_newest:
        return _("A newer email says it.")
    if not facts.changes and facts.occasion == Occasion.CHANGES:
        return _("What concerns this person is as she was told before.")
    return None


def _mails(person: Registration) -> dict[int, Message]:
    """Return her emails about notices, by the notice."""
    chosen = select(Message).where(
        Message.registration_id == person.id, Message.email == queries.EMAIL
    )
    return {each.facts["notice"]: each for each in db.session.scalars(chosen)}


def _was(mails: Sequence[Message]) -> Was | None:
    """Return how she stood before a step that she has not been told of yet moved her."""
    unsent = (each.facts.get("was") for each in mails if each.state != MessageState.SENT)
    found = next((was for was in unsent if was), None)
    return None if found is None else Was(found)


def _sent_at(message: Message | None) -> datetime | None:
    if message is None or message.state != MessageState.SENT:
        return None
    return message.sent_at
