"""What attendees have been told of an event or a session; notices compare it with what is so.

Pure. Someone who registered after a change has been told so from the start; whoever was there
before has been told what was so then, until a notice says more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self, TypedDict, cast

from forum.events.models import Event, EventKind, Room, Session
from forum.events.rules import is_online_only
from forum.offsets import ZONE

LATER, AT, OFFSETS = "later", "at", "offsets"


class State(TypedDict, total=False):
    """When and how an event or a session is: what attendees rely on.

    As it is stored. A key that is not there was not told of, and counts as unchanged.
    """

    starts_at: str
    """An instant in UTC, in ISO 8601."""
    ends_at: str
    """An instant in UTC, in ISO 8601."""
    status: str
    """That of the event or the session, by its stored name."""
    is_online: bool
    """Of a forum: whether nobody can come to a place any more."""
    is_streamed: bool
    """Of a session: whether it can be seen online."""
    address: str | None
    """Of a forum: that of the house to come to; None if nobody comes, or where it is is unsaid."""
    room_id: int | None
    """Where it is, or comes from; None for no room."""
    stream_url: str | None
    """The join address of its room, if it is streamed from there."""
    dial_in: str | None
    """The number to call of its room, if it is streamed from there."""
    offsets: Mapping[str, Any]
    """How far the clock was from UTC at both instants, and whose (`forum.offsets`).

    It is no news to anybody: with it, what was told is read after a change of zone law.
    """


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was announced last to everyone, and how it has become different since, and when."""

    announced: State
    """What everyone has been told who was registered then."""
    since: tuple[tuple[datetime, State], ...] = ()
    """Each state that it had later, the oldest first, with the instant at which it began."""

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what is stored as told."""
        later = [(datetime.fromisoformat(each[AT]), _bare(each)) for each in stored.get(LATER, ())]
        return cls(_bare(stored), tuple(later))

    def to_json(self) -> dict[str, Any]:
        """Return what to store as told."""
        later = [{**state, AT: at.isoformat()} for at, state in self.since]
        return {**self.announced, LATER: later} if later else {**self.announced}

    @property
    def states(self) -> Sequence[State]:
        """Return all that anyone may have been told, the oldest first."""
        return (self.announced, *(state for _at, state in self.since))

    @property
    def instants(self) -> Sequence[datetime]:
        """Return when it became different since it was announced last."""
        return [at for at, _state in self.since]

    @property
    def moved_at(self) -> datetime | None:
        """Return since when it starts at another instant than was announced; None: it does not."""
        moved_at: datetime | None = None
        starts_at = known = self.announced.get("starts_at")
        for at, state in self.since:
            starts_at, before = state.get("starts_at"), starts_at
            if starts_at != before:
                moved_at = at
        return moved_at if starts_at != known else None

    def known_to(self, registered_at: datetime) -> State:
        """Return what somebody has been told who registered at an instant."""
        before = [state for at, state in self.since if at < registered_at]
        return before[-1] if before else self.announced

    def with_change(self, state: State, at: datetime) -> "Baseline":
        """Return the same once it has become different at an instant."""
        return Baseline(self.announced, (*self.since, (at, state)))

    def completed(self, state: State) -> "Baseline":
        """Return the same with what it leaves unsaid as it is now.

        Earlier releases did not keep all of a state; what is not kept cannot be told of.
        """
        since = tuple((at, _filled(each, state)) for at, each in self.since)
        return Baseline(_filled(self.announced, state), since)

    def up_to(self, state: State, changed_at: datetime | None) -> "Baseline":
        """Return the same with how it is now as the last that it became.

        Earlier releases kept only when it was changed last, and not how.
        """
        if changed_at is None or relied_on(self.states[-1]) == relied_on(state):
            return self
        return self.with_change(state, changed_at)


def state_of(happening: Event | Session) -> State:
    """Return how an event or a session is now."""
    return _of_event(happening) if isinstance(happening, Event) else _of_session(happening)


def relied_on(state: State) -> Mapping[str, object]:
    """Return what somebody may rely on of a state."""
    return {name: each for name, each in state.items() if name != OFFSETS}


def _of_event(event: Event) -> State:
    """Return how an event is as a whole; a webcast is also joined as one."""
    return {
        "starts_at": _instant(event.starts_at),
        "ends_at": _instant(event.ends_at),
        "status": str(event.status),
        "is_online": event.kind == EventKind.FORUM and is_online_only(event),
        "address": _address(event),
        **_joining(event.room, is_streamed=True),
        **_offsets(event),
    }


def _of_session(session: Session) -> State:
    return {
        "starts_at": _instant(session.starts_at),
        "ends_at": _instant(session.ends_at),
        "status": str(session.status),
        "is_streamed": session.is_streamed,
        **_joining(session.room, is_streamed=session.is_streamed),
        **_offsets(session),
    }


def _address(event: Event) -> str | None:
    if event.kind != EventKind.FORUM or is_online_only(event) or event.house is None:
        return None
    return event.house.address


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _offsets(happening: Event | Session) -> State:
    known = happening.offsets or {}
    kept = {name: known[name] for name in (ZONE, "starts_at", "ends_at") if name in known}
    return {"offsets": kept} if kept else {}


def _filled(kept: State, state: State) -> State:
    return {**cast(State, relied_on(state)), **kept}


def _bare(stored: Mapping[str, Any]) -> State:
    return cast(State, {name: value for name, value in stored.items() if name not in {LATER, AT}})


def _joining(room: Room | None, *, is_streamed: bool) -> State:
    return {
        "room_id": room.id if room else None,
        "stream_url": room.stream_url if room and is_streamed else None,
        "dial_in": room.dial_in if room and is_streamed else None,
    }
