"""What a notice has to say to one reader when it is written: what is different for her now.

It is found out from the live record. If something has moved again since the notice was sent, the
newest state is told; of several notices that wait for her, the newest says it all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from forum.care.history_queries import remembered_with
from forum.db import Facts
from forum.emails.particulars import Particulars
from forum.emails.queries import Sender
from forum.events.models import Session
from forum.i18n import _
from forum.notices import queries, rules, told_queries, told_rules
from forum.notices.baseline import State, state_of
from forum.notices.models import Notice, Occasion
from forum.notices.rules import HOURS_OF, Change, Was
from forum.notices.told_queries import Heard, Told
from forum.outbox.models import Message
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

    @property
    def is_elsewhere(self) -> bool:
        """Tell whether the house to come to is at another address."""
        whole = [each for each in self.changes if each.session is None]
        return any(rules.ChangeKind.ADDRESS in each.kinds for each in whole)


def facts_for(
    message: Message, notice: Notice, sender: Sender, *, now: datetime
) -> NoticeFacts | None:
    """Return what a message about a notice says now; None when her registration is gone."""
    person = message.registration
    if person is None:
        return None
    told = sender.told(person.event)
    hers = told_queries.heard(person, now=now)
    return make(
        person,
        told.believed(person, hers.words, up_to=notice.id),
        sender,
        occasion=notice.occasion,
        words=notice.words,
        is_newest=max([notice.id, *hers.notices]) == notice.id,
        was=_was(person, told, hers, up_to=notice.id),
        now=now,
    )


def missed(person: Registration, sender: Sender, *, now: datetime) -> NoticeFacts | None:
    """Return what others were told by notices and she was not, or what she was told wrong.

    None where there is nothing.
    """
    told = sender.told(person.event)
    hers = told_queries.heard(person, now=now)
    places = queries.sessions_of(person.event, person)[person.id]
    before = {**told.misheard(person, hers.words, places), **told.believed(person, hers.words)}
    if not before:
        return None
    return make(
        person,
        before,
        sender,
        occasion=Occasion.CHANGES,
        words=_unheard_words(person, told, hers),
        in_sessions=places,
        was=_was(person, told, hers),
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
            or rules.changes_entry(reader.mode, {**live, **before}, live)
        ),
        is_newest=is_newest,
        was=was,
    )


def kept(message: Message, about: Particulars, subject: object) -> Facts | None:
    """Return the facts of an email once it has left: with the sessions whose hours it names.

    None where it names none, and is no reminder, of which more is guessed where nothing is kept.
    """
    named = {each.number for each in (*about.sessions, *about.waited)}
    if about.session is not None:
        named.add(about.session.number)
    if isinstance(subject, NoticeFacts):
        named |= {each.session.id for each in subject.changes if each.session is not None}
    is_kept = named or "rules" in message.facts
    return {**message.facts, HOURS_OF: sorted(named)} if is_kept else None


def why_not(facts: NoticeFacts) -> str | None:
    """Return why there is nothing to say any more, or None."""
    if not facts.is_newest:
        return _("A newer email says it.")
    if not facts.changes and facts.occasion == Occasion.CHANGES:
        return _("Nothing has changed for this person since the last notice.")
    return None


def _was(person: Registration, told: Told, hers: Heard, *, up_to: int | None = None) -> Was | None:
    """Return how she stood before a step moved her that she has not been told of yet."""
    was: Was | None = None
    for each in told.since(person, up_to=up_to):
        is_told = told_rules.told_at(each.id, each.sent_at, hers.words) is not None
        was = None if is_told else was or _before(person, each, hers.notices.get(each.id))
    return was


def _unheard_words(person: Registration, told: Told, hers: Heard) -> Mapping[str, str]:
    """Return the desk's own sentence of the last notice that has not reached her; {} for none."""
    unheard = (
        each.words
        for each in reversed(told.since(person))
        if told_rules.told_at(each.id, each.sent_at, hers.words) is None
    )
    return next((words for words in unheard if words), {})


def _before(person: Registration, notice: Notice, mail: Message | None) -> Was | None:
    """Return how she stood before the step of a notice; the audit knows it of one remembered."""
    if mail is not None:
        found = mail.facts.get("was")
        return None if found is None else Was(found)
    if notice.occasion != Occasion.ONLINE:
        return None
    had = remembered_with(person, notice.sent_at)
    return rules.stood(had) if rules.took_part(had) else None
