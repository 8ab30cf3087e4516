"""What has told people how things are: emails that have left, and calls that were made.

The one place that notices, corrections, the note after a silence and calls ask.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from forum.care.call_rules import RETURNED, SESSION_PLACE
from forum.care.models import Task, TaskKind
from forum.care.rules import NOTE, RIGHT_AGAIN
from forum.db import db
from forum.events.models import Event, Mode, Session, SessionStatus
from forum.notices import queries, rules, told_rules
from forum.notices.baseline import Baseline, State, state_of
from forum.notices.models import Notice
from forum.notices.queries import Happening
from forum.notices.rules import HOURS_OF, Change, ChangeKind, Was
from forum.notices.told_rules import Past, Telling, Word
from forum.outbox.models import Message, MessageState
from forum.outbox.queries import has_reached
from forum.registration.models import Registration, SessionPlace, Status
from forum.reminders import rules as reminder_rules
from forum.reminders.models import Block, Reminder

LEFT = (MessageState.SENT, MessageState.SENDING)
WITHOUT_A_DAY = frozenset({"confirm_address", "address_changed", "invitation"})
"""Emails that do not say when the event of the registration is."""
FIRST = "confirmation"
"""The email that names all her small sessions to whoever comes."""
BRING_REMINDERS = frozenset({FIRST, "promoted", "mode_changed", "details_changed"})
"""Emails that bring what the reminders brought that had gone out before them."""
TELL_ALL = frozenset({queries.EMAIL, NOTE, RETURNED})
"""What calls are about whose cards say all that has changed."""
NAMED = frozenset({ChangeKind.MOVED, ChangeKind.ROOM, ChangeKind.BACK})
"""What emails and calls say of a session besides what it is called: hour, room, and its end."""


@dataclass(frozen=True)
class Told:
    """What was told of an event. `notices` are all about it, the oldest first."""

    event: Event
    past: Past
    happenings: Sequence[Happening]
    notices: Sequence[Notice]

    @classmethod
    def of(cls, event: Event) -> "Told":
        """Read it."""
        happenings, notices = queries.happenings(event), queries.of_event(event)
        live = {rules.key_of(each): state_of(each) for each in happenings}
        by_now = {
            rules.key_of(each): Baseline.from_json(each.told).up_to(state_of(each), each.changed_at)
            for each in happenings
            if each.told is not None
        }
        against = [(each.sent_at, queries.stored(each)) for each in notices]
        past = Past([*against, (told_rules.ALWAYS, by_now)], live)
        return cls(event, past, happenings, notices)

    def believed(
        self, person: Registration, words: Sequence[Word], *, up_to: int | None = None
    ) -> dict[int | None, State]:
        """Return what she relies on of all that notices told which had not reached her.

        Of notices up to the number of one, or of all.
        """
        tellings = [
            Telling(
                frozenset(queries.stored(each)),
                told_rules.told_at(each.id, each.sent_at, words),
            )
            for each in self.since(person, up_to=up_to)
        ]
        return told_rules.believed(self.past, tellings, words, person.registered_at)

    def since(self, person: Registration, *, up_to: int | None = None) -> list[Notice]:
        """Return the notices since she registered, up to the number of one, or all."""
        return [
            each
            for each in self.notices
            if each.sent_at >= person.registered_at and (up_to is None or each.id <= up_to)
        ]

    def news(
        self,
        person: Registration,
        words: Sequence[Word],
        sessions: frozenset[int],
        was: Was | None = None,
        *,
        now: datetime,
    ) -> tuple[Change, ...]:
        """Return what is otherwise for her than she was told last, and notices do not tell yet.

        `sessions` are those of `queries.sessions_of`, `was` is that of `queries.reader_of`.
        """
        its = [each for each in self.happenings if isinstance(each, Session)]
        before = {**self.misheard(person, words, sessions), **self.believed(person, words)}
        reader = queries.reader_of(person, sessions, was)
        return rules.changes(self.event, its, before, reader, now=now)

    def is_entry_wrong(self, person: Registration, words: Sequence[Word]) -> bool:
        """Tell whether what she was told last lets her rely on another day, time or number.

        Not where a notice has still to tell her.
        """
        return self.relies_on_another_entry(person, words) and not self._is_entry_pending(person)

    def relies_on_another_entry(self, person: Registration, words: Sequence[Word]) -> bool:
        """Tell the same whether or not a notice has still to tell her."""
        is_known = self.event.told is not None
        return is_known and told_rules.is_entry_wrong(self.past, words, person.mode)

    def _is_entry_pending(self, person: Registration) -> bool:
        known, live = self._known(person), self.past.live
        return rules.changes_entry(person.mode, {**live, **known}, live)

    def wrong_sessions(self, person: Registration, words: Sequence[Word]) -> list[Session]:
        """Return the sessions of hers of which she was told another hour or room last, in order.

        Not those of which a notice has still to tell her.
        """
        return [each for each in self.misnamed(person, words) if not self._is_pending(each, person)]

    def misnamed(self, person: Registration, words: Sequence[Word]) -> Mapping[Session, State]:
        """Return of which sessions she was told otherwise last, in order, and what was said.

        Whether or not a notice has still to tell her.
        """
        words = self._completed(person, words)
        named = frozenset[int]().union(*(each.sessions for each in words))
        found = {}
        for each in self.happenings:
            if each.id not in named or not isinstance(each, Session):
                continue
            is_now = self.past.live[each.id]
            said = told_rules.said_since(self.past, words, each.id)
            is_wrong = any(NAMED & rules.kinds(one, is_now) for one in said)
            if is_wrong and each.status == SessionStatus.SCHEDULED:
                found[each] = told_rules.wrong_in(said, is_now)
        return found

    def misheard(
        self, person: Registration, words: Sequence[Word], places: frozenset[int]
    ) -> dict[int | None, State]:
        """Return what she was told last of sessions that are otherwise, and open to everybody.

        Of `places`, those in which she has one, an email of its own tells; of others that a notice
        has still to tell of, it does.
        """
        said = self.misnamed(person, words)
        wrong = self.wrong_sessions(person, words)
        return {each.id: said[each] for each in wrong if each.id not in places}

    def misheard_changes(
        self,
        person: Registration,
        words: Sequence[Word],
        places: frozenset[int],
        *,
        now: datetime,
    ) -> tuple[Change, ...]:
        """Return the same as what is different for her."""
        before = self.misheard(person, words, places)
        its = [each for each in self.happenings if isinstance(each, Session)]
        return rules.changes(self.event, its, before, queries.reader_of(person, places), now=now)

    def _is_pending(self, session: Session, person: Registration) -> bool:
        is_now = self.past.live[session.id]
        known = rules.known(session, person.registered_at) or is_now
        return bool(NAMED & rules.kinds(known, is_now))

    def _completed(self, person: Registration, words: Sequence[Word]) -> Sequence[Word]:
        notices = [
            (each.id, each.sent_at, queries.stored(each).keys()) for each in self.since(person)
        ]
        return told_rules.completed(notices, words)

    def has_moved_along(
        self, session: Session, person: Registration, words: Sequence[Word]
    ) -> bool:
        """Tell whether what she was told of a session is wrong only as the event's day was."""
        past, words = self.past, self._completed(person, words)
        before = [told_rules.said_since(past, words, key) for key in (None, session.id)]
        if not all(before):
            return False
        whole, its = (
            Change(each, said[-1], past.live[rules.key_of(each or self.event)], frozenset())
            for each, said in zip((None, session), before, strict=True)
        )
        return rules.moves_along(whole, its, self.event.timezone)

    def first_change(self) -> datetime | None:
        """Return since when something is, or was, otherwise than it was announced last."""
        cuts = [
            at
            for each in self.happenings
            if each.told is not None
            for at in Baseline.from_json(each.told).instants
        ]
        return min(cuts, default=None)

    def _known(self, person: Registration) -> dict[int | None, State]:
        return {
            rules.key_of(each): known
            for each in self.happenings
            if (known := rules.known(each, person.registered_at)) is not None
        }


@dataclass
class Heard:
    """What has told one person how things are, the oldest first, and her emails of notices."""

    words: list[Word] = field(default_factory=list)
    notices: dict[int, Message] = field(default_factory=dict)


def correcting(now: datetime) -> str:
    """Return the occasion of a correction that is made at an instant."""
    return f"{RIGHT_AGAIN} {now:%Y%m%d%H%M%S}"


def is_correction(call: Task) -> bool:
    """Tell whether a call is to put right what we had told somebody."""
    return f":{RIGHT_AGAIN} " in call.dedupe_key


def heard(person: Registration, *, now: datetime, before: Message | None = None) -> Heard:
    """Return what has told a person how things are.

    What is on its way has told her nothing yet, but for what was posted before `before`.
    """
    return heard_by([person], now=now, on_the_way=0 if before is None else before.id - 1)[person.id]


def heard_by(
    people: Iterable[Registration], *, now: datetime, on_the_way: int = 0
) -> Mapping[int, Heard]:
    """Return the same of several people, by registration.

    Up to the number `on_the_way` it counts what is just being sent.
    """
    numbers = [each.id for each in people]
    asked = Message.registration_id.in_(numbers), Task.registration_id.in_(numbers)
    return _heard(*asked, now=now, on_the_way=on_the_way)


def heard_since(event: Event, since: datetime, *, now: datetime) -> Mapping[Registration, Heard]:
    """Return what has told whom how things are since an instant, in order of registering.

    Who has canceled is left out. What is just being sent was written a moment ago.
    """
    its = select(Registration.id).where(
        Registration.event_id == event.id, Registration.status != Status.CANCELLED
    )
    later = or_(Message.state == MessageState.SENDING, Message.sent_at > since)
    found = _heard(
        and_(Message.registration_id.in_(its), Message.state.in_(LEFT), later),
        and_(Task.registration_id.in_(its), Task.done_at > since),
        now=now,
        on_the_way=None,
    )
    people = select(Registration).where(Registration.id.in_(found)).order_by(Registration.id)
    return {each: found[each.id] for each in db.session.scalars(people).unique()}


def _heard(
    messages: ColumnElement[bool],
    calls: ColumnElement[bool],
    *,
    now: datetime,
    on_the_way: int | None,
) -> Mapping[int, Heard]:
    found: dict[int, Heard] = defaultdict(Heard)
    rows = db.session.execute(select(Message, has_reached()).where(messages).order_by(Message.id))
    left = {each[0]: each[1] for each in rows}
    posted = [*left]
    named = {**_named_by_reminders(posted), **_named_by_answers(posted)}
    for each in posted:
        hers = found[each.registration_id or 0]
        if each.email == queries.EMAIL:
            hers.notices[each.facts["notice"]] = each
        is_sent = each.state == MessageState.SENT and each.sent_at is not None and left[each]
        is_going = each.state == MessageState.SENDING
        if is_sent or (is_going and (on_the_way is None or each.id <= on_the_way)):
            hers.words.append(_said(each, named.get(each.id, frozenset()), now))
    made = select(Task).where(
        calls, Task.kind == TaskKind.CALL, Task.done_at.is_not(None), Task.done_by_id.is_not(None)
    )
    for task in db.session.scalars(made.order_by(Task.id)):
        if task.done_at is not None:
            is_all = task.about in TELL_ALL
            word = Word(task.done_at, task.done_at, tells_all=is_all)
            found[task.registration_id].words.append(word)
    for hers in found.values():
        hers.words.sort(key=lambda each: each.at)
    return found


def _said(message: Message, sessions: frozenset[int], now: datetime) -> Word:
    """Return what an email told that has left, or is just being sent."""
    at = message.sent_at or now - timedelta.resolution
    sessions = frozenset(message.facts.get(HOURS_OF, sessions))
    if message.email == SESSION_PLACE:
        sessions |= {message.facts["session"]}
    return Word(
        min(told_rules.written(message.created_at, at), at),
        at,
        sessions,
        has_entry=message.has_invitation or bool(message.facts.get(RIGHT_AGAIN)),
        names_event=message.email not in WITHOUT_A_DAY,
        notice=message.facts["notice"] if message.email == queries.EMAIL else None,
        tells_all=message.email == NOTE,
    )


def _named_by_reminders(messages: Iterable[Message]) -> Mapping[int, frozenset[int]]:
    """Return of which sessions reminders among some emails named the hours, by the email."""
    reminders = {each: each.facts["rules"] for each in messages if "rules" in each.facts}
    if not reminders:
        return {}
    numbers = {int(number) for its in reminders.values() for number in its}
    rows = db.session.scalars(select(Reminder).where(Reminder.id.in_(numbers)))
    live = {str(each.id): each for each in rows}
    people = {each.registration_id for each in reminders}
    places = _places_of(people)
    found = {}
    for message, its in reminders.items():
        rules_of_it = [live[number] for number in its if number in live]
        named = {each.session_id for each in rules_of_it if each.session_id is not None}
        if any(Block.SESSIONS in (each.blocks or ()) for each in rules_of_it):
            named |= places[message.registration_id]
        found[message.id] = frozenset(named)
    return found


def _named_by_answers(messages: Iterable[Message]) -> Mapping[int, frozenset[int]]:
    """Return of which sessions other emails named the hours: the first one, or a missed reminder's.

    As `forum.emails` writes them, by how she takes part now.
    """
    answers = [
        (each, each.registration)
        for each in messages
        if each.email in BRING_REMINDERS and each.registration is not None
    ]
    if not answers:
        return {}
    places = _places_of({person.id for _each, person in answers})
    reminders = _that_name_sessions({person.event_id for _each, person in answers})
    found = {}
    for message, person in answers:
        is_first = message.email == FIRST and person.mode == Mode.IN_PERSON
        if is_first or any(
            _was_missed(rule, person, message.created_at) for rule in reminders[person.event_id]
        ):
            found[message.id] = frozenset(places[person.id])
    return found


def _places_of(people: Iterable[int | None]) -> Mapping[int | None, set[int]]:
    """Return the sessions in which each of some people has a place, or waits for one."""
    places: dict[int | None, set[int]] = defaultdict(set)
    hers = select(SessionPlace.registration_id, SessionPlace.session_id).where(
        SessionPlace.registration_id.in_(people), SessionPlace.status != Status.CANCELLED
    )
    for number, session in db.session.execute(hers):
        places[number].add(session)
    return places


def _that_name_sessions(events: Iterable[int]) -> Mapping[int, list[Reminder]]:
    """Return the reminders of some events that are on and name her sessions."""
    found: dict[int, list[Reminder]] = defaultdict(list)
    rows = select(Reminder).where(Reminder.event_id.in_(events), Reminder.is_on)
    for each in db.session.scalars(rows):
        if Block.SESSIONS in (each.blocks or ()):
            found[each.event_id].append(each)
    return found


def _was_missed(rule: Reminder, person: Registration, at: datetime) -> bool:
    """Tell whether a reminder for somebody had gone out by an instant."""
    due_at = reminder_rules.due_for(rule, person, starts_at=person.event.starts_at)
    return at > due_at and reminder_rules.is_for(rule, person, {})
