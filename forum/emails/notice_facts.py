"""What a notice has to say to one reader when it is written: what is different for her now.

It is found out from the live record. If something has moved again since the notice was sent, the
newest state is told; of several notices that wait for her, the newest says it all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from forum.care.history_queries import remembered_with
from forum.care.rules import NOTE
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
    before, was = _unheard(person, mails, up_to=notice.id)
    return make(
        person,
        before,
        sender,
        occasion=notice.occasion,
        words=notice.words,
        is_newest=max([notice.id, *mails]) == notice.id,
        was=was,
        now=now,
    )


def missed(person: Registration, sender: Sender, *, now: datetime) -> NoticeFacts | None:
    """Return what others were told by notices and she was not; None where there is nothing."""
    before, was = _unheard(person, _mails(person))
    if not before:
        return None
    return make(person, before, sender, occasion=Occasion.CHANGES, words={}, was=was, now=now)


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
            or rules.changes_entry(reader.mode, {**live, **before}, live)
        ),
        is_newest=is_newest,
        was=was,
    )


def why_not(facts: NoticeFacts) -> str | None:
    """Return why there is nothing to say any more, or None."""
    if not facts.is_newest:
        return _("A newer email says it.")
    if not facts.changes and facts.occasion == Occasion.CHANGES:
        return _("Nothing has changed for this person since the last notice.")
    return None


def _unheard(
    person: Registration, mails: Mapping[int, Message], *, up_to: int | None = None
) -> tuple[dict[int | None, State], Was | None]:
    """Return what she has been told of what notices tell, up to the number of one, or of all.

    Beside it how she stood before a step that she has not been told of yet moved her. A note that
    a silence is over has told her what the notices before it did.
    """
    notes = select(Message).where(
        Message.registration_id == person.id,
        Message.email == NOTE,
        Message.state == MessageState.SENT,
    )
    noted = sorted(each.sent_at for each in db.session.scalars(notes) if each.sent_at)
    tellings: list[Telling] = []
    was: Was | None = None
    for each in queries.of_event(person.event):
        if each.sent_at < person.registered_at or (up_to is not None and each.id > up_to):
            continue
        later = next((at for at in noted if at > each.sent_at), None)
        told_at = [at for at in (_sent_at(mails.get(each.id)), later) if at is not None]
        tellings.append(Telling(queries.stored(each), min(told_at, default=None)))
        was = None if told_at else was or _was(person, each, mails.get(each.id))
    return rules.known_after(tellings, person.registered_at), was


def _mails(person: Registration) -> dict[int, Message]:
    """Return her emails about notices, by the notice."""
    chosen = select(Message).where(
        Message.registration_id == person.id, Message.email == queries.EMAIL
    )
    return {each.facts["notice"]: each for each in db.session.scalars(chosen)}


def _was(person: Registration, notice: Notice, mail: Message | None) -> Was | None:
    """Return how she stood before the step of a notice; the audit knows it of one remembered."""
    if mail is not None:
        found = mail.facts.get("was")
        return None if found is None else Was(found)
    if notice.occasion != Occasion.ONLINE:
        return None
    had = remembered_with(person, notice.sent_at)
    if not rules.took_part(had):
        return None
    return rules.stands(had["mode"], had["had"], had["waits_for"])


def _sent_at(message: Message | None) -> datetime | None:
    if message is None or message.state != MessageState.SENT:
        return None
    return message.sent_at
