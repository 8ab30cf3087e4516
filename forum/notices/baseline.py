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

LATER, AT = "later", "at"


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
    room_id: int | None
    """Where it is, or comes from; None for no room."""
    stream_url: str | None
    """The join address of its room, if it is streamed from there."""
    dial_in: str | None
    """The number to call of its room, if it is streamed from there."""


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

    def known_to(self, registered_at: datetime) -> State:
        """Return what somebody has been told who registered at an instant."""
        before = [state for at, state in self.since if at < registered_at]
        return before[-1] if before else self.announced

    def with_change(self, state: State, at: datetime) -> "Baseline":
        """Return the same once it has become different at an instant."""
        return Baseline(self.announced, (*self.since, (at, state)))

    def up_to(self, state: State, changed_at: datetime | None) -> "Baseline":
        """Return the same with how it is now as the last that it became.

        Earlier releases kept only when it was changed last, and not how.
        """
        if changed_at is None or self.states[-1] == state:
            return self
        return self.with_change(state, changed_at)


def state_of(happening: Event | Session) -> State:
    """Return how an event or a session is now."""
    return _of_event(happening) if isinstance(happening, Event) else _of_session(happening)


def _of_event(event: Event) -> State:
    """Return how an event is as a whole; a webcast is also joined as one."""
    return {
        "starts_at": _instant(event.starts_at),
        "ends_at": _instant(event.ends_at),
        "status": str(event.status),
        "is_online": event.kind == EventKind.FORUM and is_online_only(event),
        **_joining(event.room, is_streamed=True),
    }


def _of_session(session: Session) -> State:
    return {
        "starts_at": _instant(session.starts_at),
        "ends_at": _instant(session.ends_at),
        "status": str(session.status),
        "is_streamed": session.is_streamed,
        **_joining(session.room, is_streamed=session.is_streamed),
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _bare(stored: Mapping[str, Any]) -> State:
    return cast(State, {name: value for name, value in stored.items() if name not in {LATER, AT}})


def _joining(room: Room | None, *, is_streamed: bool) -> State:
    return {
        "room_id": room.id if room else None,
        "stream_url": room.stream_url if room and is_streamed else None,
        "dial_in": room.dial_in if room and is_streamed else None,
    }
