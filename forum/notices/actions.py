"""Telling attendees of changes, on an organizer's word. Each runs in its caller's transaction."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care.history_queries import remembered_with
from forum.care.models import Task, TaskKind
from forum.db import Facts, after_commit, db
from forum.errors import ChangedMeanwhile
from forum.events.discretion import tells
from forum.events.locks import lock_sessions, lock_version
from forum.events.models import Event, EventStatus
from forum.i18n import LANGUAGES
from forum.notices import queries, rules, told_queries
from forum.notices.baseline import Baseline, state_of
from forum.notices.models import Notice, Occasion
from forum.notices.queries import Pending, Unreached
from forum.notices.refusals import NothingToTell, WordsTell, WordsTooLong
from forum.notices.told_queries import Told
from forum.notices.watching import begin, forget, watched
from forum.outbox import runner
from forum.registration.models import Registration
from forum.registration.telling import ask, tell_all, those_reached

__all__ = ["begin", "check_words", "counted", "forget", "send", "watched"]

POSTED = frozenset({None, Unreached.PAUSED, Unreached.HELD, *queries.TO_CALL})
"""To whom a notice is put into the outbox or on the call list. Whether a silence keeps it back is
decided when it is sent or she would be called: it may be over by then. If it is not, the note
after it reads here what she has missed."""


def send(  # noqa: PLR0913 - what a notice is, by name
    event: Event,
    occasion: Occasion,
    *,
    words: Mapping[str, str],
    version: int,
    by: Organizer,
    now: datetime,
    seen: str | None = None,
) -> Notice:
    """Tell everyone whom they concern of the changes that wait to be told; return the notice.

    What is told now counts as told. `words` is a sentence of the desk's own, by language, or
    nothing. `version` is the event's as the organizer saw it, `seen` the fingerprint of
    the pending changes that she read, or None for a step that has just made them.
    Raises ChangedMeanwhile, NothingToTell, WordsTell, WordsTooLong; then nothing is changed.
    """
    words = check_words(words)
    lock_sessions(event)
    lock_version(event, version)
    pending = queries.pending(event, now=now)
    if seen is not None and seen != pending.fingerprint:
        raise ChangedMeanwhile
    before = _before(event)
    if not before or event.status != EventStatus.PUBLISHED or now >= event.ends_at:
        raise NothingToTell
    notice = Notice(
        event_id=event.id,
        occasion=occasion,
        changes=before,
        words=words,
        organizer_id=by.id,
        sent_at=now,
    )
    db.session.add(notice)
    for happening in queries.happenings(event):
        happening.told = Baseline(state_of(happening)).to_json()
    db.session.flush()
    _post(notice, pending, by=by, now=now)
    after_commit(runner.replan)  # reminders have waited for it
    return notice


def check_words(words: Mapping[str, str]) -> dict[str, str]:
    """Return the desk's own sentences, tidied, those that are empty left out.

    Raises WordsTell for one that tells the illness, because discreet readers get it as well, and
    WordsTooLong.
    """
    tidy = {language: " ".join(words.get(language, "").split()) for language in LANGUAGES}
    for language, sentence in tidy.items():
        if tells(sentence):
            raise WordsTell(language)
        if len(sentence) > rules.LONGEST_WORDS:
            raise WordsTooLong(language, rules.LONGEST_WORDS)
    return {language: sentence for language, sentence in tidy.items() if sentence}


def counted(
    people: Iterable[Registration], stopped: Container[str], *, now: datetime
) -> dict[str, int]:
    """Return how many of some people are written to now, and how many are to be phoned.

    `stopped` is that of `queries.why_not`.
    """
    return _counted(queries.why_not(each, stopped, now=now) for each in people)


def _counted(reasons: Iterable[Unreached | None]) -> dict[str, int]:
    found = Counter(reasons)
    return {"told": found[None], "to_phone": sum(found[each] for each in queries.TO_CALL)}


def _before(event: Event) -> Facts:
    """Return what was told before of everything that is different now, as a notice keeps it."""
    different = [each for each in queries.happenings(event) if queries.is_told_otherwise(each)]
    kept: Facts = {}
    for happening in different:
        known = Baseline.from_json(happening.told or {})
        facts = known.up_to(state_of(happening), happening.changed_at).to_json()
        if isinstance(happening, Event):
            kept["event"] = facts
        else:
            kept.setdefault("sessions", {})[str(happening.id)] = facts
    return kept


def _facts(notice: Notice, person: Registration) -> Facts:
    """Return what her message holds: where the step moves her as well, also how she attended."""
    was = queries.stands(person) if notice.occasion == Occasion.ONLINE else None
    return {"notice": notice.id} if was is None else {"notice": notice.id, "was": was}


def _post(notice: Notice, pending: Pending, *, by: Organizer, now: datetime) -> None:
    knows = _let_rest(notice, pending, now=now)
    posted = [
        each for each in pending.people if each.why_not in POSTED and each.person not in knows
    ]
    told_to = [(each.person, _facts(notice, each.person)) for each in posted]
    tell_all(queries.EMAIL, told_to, str(notice.id), now=now)
    _ask_for_remembered(notice, pending, now=now)
    facts = {
        "event": notice.event_id,
        "changes": pending.number,
        **_counted(each.why_not for each in posted),
    }
    record(Action.NOTICE_SENT, notice, facts, now=now, organizer=by)


def _let_rest(notice: Notice, pending: Pending, *, now: datetime) -> set[Registration]:
    """Call nobody who knows it as it is by now; return who does of those who can only be called.

    What an earlier notice has put on the list of calls is over for her, as an email would be.
    """
    people = [each.person for each in pending.people if each.why_not in queries.TO_CALL]
    if not people or notice.occasion != Occasion.CHANGES:
        return set()
    told, chosen = Told.of(notice.event), queries.sessions_of(notice.event)
    heard = told_queries.heard_by(people, now=now)
    calls = _lock_calls(people)
    moved = {each.registration_id for each in calls if each.was is not None}
    knows = {
        each
        for each in people
        if each.id not in moved
        and not told.news(each, heard[each.id].words, chosen[each.id], now=now)
    }
    for call in calls:
        if call.registration in knows:
            call.done_at = now
    return knows


def _lock_calls(people: Sequence[Registration]) -> Sequence[Task]:
    """Lock and return what notices have left to tell some people by phone."""
    hers = select(Task).where(
        Task.about == queries.EMAIL,
        Task.done_at.is_(None),
        Task.registration_id.in_([each.id for each in people]),
    )
    return db.session.scalars(hers.order_by(Task.id).with_for_update(of=Task)).all()


def _ask_for_remembered(notice: Notice, pending: Pending, *, now: datetime) -> None:
    """Keep that someone remembered whom no email reaches is to be called, should it be undone.

    Until then the list shows nothing. Whom emails reach is told by the note after it.
    """
    gone = [each.person for each in pending.people if each.why_not == Unreached.REMEMBERED]
    stood = {each: remembered_with(each, now) for each in gone}
    counted = [each for each in gone if rules.took_part(stood[each])]
    for person in set(counted) - those_reached(counted):
        once = f"{queries.EMAIL}:{person.public_id}:{notice.id}"
        was = rules.stood(stood[person]) if notice.occasion == Occasion.ONLINE else None
        ask(TaskKind.CALL, person, about=queries.EMAIL, once=once, was=was, now=now)
