"""What a person has been told last of an event and its sessions, whatever told her. Pure.

Emails and calls say how things are while they are written or made. Notices, and the note after a
silence, say besides what has changed. Whoever was told otherwise than it is now may rely on it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from forum.events.models import Mode
from forum.notices import rules
from forum.notices.baseline import OFFSETS, Baseline, State

States = Mapping[int | None, State]
"""How an event is, under None, and its sessions, under their ids."""
LONGEST_TRY = timedelta(minutes=1)
"""How long before it is marked as sent an email may have been written, at most."""
ALWAYS = datetime.min.replace(tzinfo=UTC)
TOGETHER = (
    ("starts_at", "ends_at"),
    ("status",),
    ("is_online",),
    ("address",),
    ("room_id",),
    ("is_streamed", "stream_url", "dial_in"),
)
"""What of a state is said in one breath."""
APART = frozenset({OFFSETS})
"""What of a state nobody is told: it only says how to read the rest."""


class Past:
    """How an event and its sessions were at each instant, as far as anyone was told of it."""

    def __init__(
        self, notices: Iterable[tuple[datetime, Mapping[int | None, Baseline]]], live: States
    ) -> None:
        """Read it from what was told against: when, the oldest first; `live` is how it is now.

        The last entry of `notices` is what is told against by now.
        """
        self.live = live
        self._states: dict[int | None, list[tuple[datetime, State]]] = {key: [] for key in live}
        since = ALWAYS
        for told_at, stored in notices:
            for key, baseline in stored.items():
                found = self._states.setdefault(key, [])
                found += [(since, baseline.announced), *baseline.since]
            since = told_at
        self._instants = sorted({at for each in self._states.values() for at, _state in each})
        self._whole: dict[int, States] = {}

    def whole(self, at: datetime) -> States:
        """Return how all of it was at an instant; found out once between two changes."""
        era = bisect_right(self._instants, at)
        if era not in self._whole:
            then = {key: self.at(key, at) for key in self.live}
            self._whole[era] = {key: state for key, state in then.items() if state is not None}
        return self._whole[era]

    def during(self, key: int | None, begun: datetime, ended: datetime) -> list[State]:
        """Return each state in which an event or a session was from one instant to another."""
        known = self._states.get(key) or []
        if not known:
            return [self.live[key]] if key in self.live else []
        instants = [at for at, _state in known]
        first, last = (max(bisect_right(instants, at) - 1, 0) for at in (begun, ended))
        return [state for _at, state in known[first : last + 1]]

    def at(self, key: int | None, at: datetime) -> State | None:
        """Return how an event or a session was at an instant."""
        found = self.during(key, at, at)
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Word:
    """What has told a person how things are: an email that has left, or a call that was made.

    It was written or made between two instants. `sessions` are those of which it named the hours;
    `has_entry` tells whether it brought the entry of the event for her calendar. Of what tells
    changes, `notice` is the number of a notice that it is, and `tells_all` that it told what all
    notices before it did.
    """

    begun_at: datetime
    at: datetime
    sessions: frozenset[int] = frozenset()
    has_entry: bool = False
    names_event: bool = True
    notice: int | None = None
    tells_all: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """A notice, as one reader got it: of what it told, and when that had reached her."""

    keys: frozenset[int | None]
    told_at: datetime | None


def written(created_at: datetime, sent_at: datetime) -> datetime:
    """Return since when an email may have been written that was sent at an instant."""
    return max(created_at, sent_at - LONGEST_TRY)


def told_at(notice: int, sent_at: datetime, words: Iterable[Word]) -> datetime | None:
    """Return since when somebody knows what a notice told: an email, a note or a call said it.

    `sent_at` is when the organizer sent it.
    """
    found = (
        max(each.begun_at, sent_at)
        for each in words
        if each.notice == notice or (each.tells_all and each.at > sent_at)
    )
    return min(found, default=None)


def completed(
    notices: Sequence[tuple[int, datetime, Iterable[int | None]]], words: Iterable[Word]
) -> list[Word]:
    """Return words, those that tell changes with the sessions of all that was news by then.

    A call keeps no list of what it named. `notices` are those since she registered, the oldest
    first: the number of each, when the organizer sent it, and of what it told.
    """
    found, told = [], 0
    for word in words:
        newly = [
            (number, keys)
            for number, sent_at, keys in notices
            if number > told and (number <= (word.notice or 0) or word.tells_all)
            if sent_at < word.at
        ]
        if not newly:
            found.append(word)
            continue
        told = newly[-1][0]
        named = {key for _number, keys in newly for key in keys if key is not None}
        found.append(replace(word, sessions=word.sessions | named))
    return found


def believed(
    past: Past, tellings: Iterable[Telling], words: Sequence[Word], registered_at: datetime
) -> dict[int | None, State]:
    """Return what a reader relies on of all that notices told which had not reached her.

    `tellings` are all notices of the event since she registered, the oldest first. One that has
    reached her told what those before it did. What other emails and calls have said since then
    counts where it is otherwise now.
    """
    known_since: dict[int | None, datetime] = {}
    heard_at: dict[int | None, datetime] = {}
    registered = registered_at - timedelta.resolution  # whoever came with a change saw it before
    for telling in tellings:
        for key in telling.keys:
            known_since.setdefault(key, heard_at.get(key, registered))
        if telling.told_at is not None:
            heard_at |= dict.fromkeys(known_since, telling.told_at)
            known_since = {}
    found = {}
    for key, since in known_since.items():
        base = past.at(key, since)
        if base is not None and key in past.live:
            said = said_since(past, words, key, since)
            found[key] = wrong_in([base, *said], past.live[key])
    return found


def said_since(
    past: Past, words: Iterable[Word], key: int | None, since: datetime = ALWAYS
) -> list[State]:
    """Return what a person was told last of an event or a session, the oldest first.

    Only what was said after an instant counts.

    An entry in her calendar stays as it is until another one is brought.
    """
    later = [each for each in words if each.at > since and _is_about(each, key)]
    said = _last(later) if key is None else later[-1:]
    return [state for each in said for state in past.during(key, each.begun_at, each.at)]


def is_entry_wrong(past: Past, words: Iterable[Word], mode: Mode) -> bool:
    """Tell whether what somebody was told last lets her rely on what her entry should not say."""
    live = past.live
    return any(
        rules.changes_entry(mode, past.whole(at), live)
        for each in _last([each for each in words if each.names_event])
        for at in (each.begun_at, each.at)
    )


def wrong_in(states: Sequence[State], live: State) -> State:
    """Return the last that was said of each thing which is otherwise now, and else how it is."""
    found: dict[str, Any] = {}
    for names in TOGETHER:
        for state in states:
            said = {name: state[name] for name in names if name in state}  # type: ignore[literal-required]
            if not found.keys() & said.keys() or any(live.get(each) != said[each] for each in said):
                found |= said
    return cast(State, found)


def _last(words: Sequence[Word]) -> Sequence[Word]:
    """Return the last that brought an entry, and what was said since; else the last alone."""
    brought = [place for place, each in enumerate(words) if each.has_entry]
    return words[brought[-1] if brought else -1 :]


def _is_about(word: Word, key: int | None) -> bool:
    return word.names_event if key is None else key in word.sessions
