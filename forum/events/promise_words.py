"""What people are told of the recordings of an event: promised by when, late, or kept.

No recording can be watched with us yet, so nothing here says that one is there.
"""

from collections.abc import Sequence
from datetime import date
from enum import Enum, auto

from forum.events.models import Event, EventKind
from forum.events.promise_rules import Promise, PromiseState
from forum.i18n import _, date_in_words, lazy


class Saying(Enum):
    """What there is to say of a promise."""

    DUE = auto()
    MOVED = auto()
    LATE_AND_MOVED = auto()
    LATE = auto()
    LATE_AGAIN = auto()
    KEPT = auto()


ONE = {
    Saying.DUE: lazy("We promise the recording by %(day)s."),
    Saying.MOVED: lazy(
        "We promised the recording by %(first)s. It takes longer. The new date is %(day)s."
    ),
    Saying.LATE_AND_MOVED: lazy(
        "We promised the recording by %(first)s. It is late. The new date is %(day)s."
    ),
    Saying.LATE: lazy("We promised the recording by %(day)s. It is late."),
    Saying.LATE_AGAIN: lazy(
        "We promised the recording by %(first)s, and then by %(day)s. It is late."
    ),
    Saying.KEPT: lazy("You cannot watch the recording on our website yet."),
}
"""Of a webcast."""
SEVERAL = {
    Saying.DUE: lazy("We promise the recordings by %(day)s."),
    Saying.MOVED: lazy(
        "We promised the recordings by %(first)s. They take longer. The new date is %(day)s."
    ),
    Saying.LATE_AND_MOVED: lazy(
        "We promised the recordings by %(first)s. They are late. The new date is %(day)s."
    ),
    Saying.LATE: lazy("We promised the recordings by %(day)s. They are late."),
    Saying.LATE_AGAIN: lazy(
        "We promised the recordings by %(first)s, and then by %(day)s. They are late."
    ),
    Saying.KEPT: lazy("You cannot watch the recordings on our website yet."),
}
"""Of a forum."""
SORRY = lazy("We are sorry. You can call or write to us about it.")
FOLLOWED_BY = {
    Saying.LATE_AND_MOVED: SORRY,
    Saying.LATE: SORRY,
    Saying.LATE_AGAIN: SORRY,
    Saying.KEPT: lazy("You can call or write to us about it."),
}
"""What is said besides, where there is room for more than the state."""


def promised(event: Event, promise: Promise) -> str:
    """Return how a promise stands, in words."""
    sentences = SEVERAL if event.kind == EventKind.FORUM else ONE
    days = {"first": date_in_words(promise.first), "day": date_in_words(promise.day)}
    return str(sentences[_saying(promise)]) % days


def afterwards(event: Event, promise: Promise | None) -> list[str]:
    """Return what is said of the recordings once an event is over."""
    if promise is None:
        return []
    more = FOLLOWED_BY.get(_saying(promise))
    return [promised(event, promise), *([str(more)] if more else [])]


def beforehand(event: Event, promise: Promise | None, *, is_captioned: bool) -> Sequence[str]:
    """Return what is said of the recordings while something that is recorded is still to come."""
    is_forum = event.kind == EventKind.FORUM
    if is_forum:
        said = [_("Some talks are recorded. The page of each talk says if it is.")]
    else:
        said = [_("It is recorded.")]
    if promise is not None:
        said.append(promised(event, promise))
        if is_captioned:
            said.append(
                _("We correct their captions.") if is_forum else _("We correct its captions.")
            )
    return said


def moved_along(before: date, day: date) -> str:
    """Return that a promise has moved with its event."""
    days = {"before": date_in_words(before), "day": date_in_words(day)}
    return _("Promised by %(day)s, not by %(before)s.", **days)


def _saying(promise: Promise) -> Saying:
    if promise.state == PromiseState.KEPT:
        return Saying.KEPT
    if promise.state == PromiseState.LATE:
        return Saying.LATE_AGAIN if promise.is_moved else Saying.LATE
    if not promise.is_moved:
        return Saying.DUE
    return Saying.LATE_AND_MOVED if promise.is_first_over else Saying.MOVED
