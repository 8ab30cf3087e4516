"""Which calls are still worth making. Pure.

Each call was asked for when something happened. Whoever calls says how things are now, so an older
one is outdated by a newer one that says the same, and by what has happened since.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from forum.care.rules import END, GOODBYE, NOTE

RETURNED = "returned"
"""What a call is about when emails come back: another address, not news."""
STANDS = frozenset(
    {
        *("confirmation", "waitlist", "promoted", "mode_changed", "offer", "offer_lapsed"),
        *("declined", "session_place", "details_changed"),
    }
)
"""Emails that say how someone stands: the last that is still so says it all."""
OFFER, OFFER_LAPSED = "offer", "offer_lapsed"
NOTICE = "notice"
"""The email that tells of changes."""
SESSION_PLACE = "session_place"
"""The email that a place in a session has become hers."""
_OF_A_PLACE = frozenset(
    {"confirmation", "promoted", "mode_changed", "details_changed", "my_link", "reminder", NOTE}
)
NEWS_ALSO_SAID_BY: Mapping[str, frozenset[str]] = {
    NOTICE: frozenset({NOTICE, NOTE, END}),
    SESSION_PLACE: frozenset({NOTE}),
    NOTE: frozenset({NOTE, END}),
    END: frozenset({NOTE, END}),
    OFFER: frozenset({OFFER}),
    OFFER_LAPSED: frozenset({OFFER, OFFER_LAPSED, "promoted"}),
    "promoted": _OF_A_PLACE,
}
"""Emails that bring what she does not know, and has not done herself: if one does not arrive, she
is called. Each with those that say so, too."""
ANSWERS_ALSO_SAID_BY: Mapping[str, frozenset[str]] = {
    "confirmation": _OF_A_PLACE,
    "details_changed": frozenset({"confirmation", "mode_changed", "details_changed", NOTICE, NOTE}),
    "waitlist": frozenset({"waitlist", OFFER, "promoted", NOTICE, NOTE}),
    GOODBYE: frozenset({GOODBYE}),
}
"""The same of those that are news only where they put right what we had told her, or where her
address takes no more emails."""
UNDONE_FOR = timedelta(days=1)
"""How long a call that is done can be taken up again."""


@dataclass(frozen=True)
class HowSheStands:
    """How someone stands who is to be called."""

    is_registered: bool
    """She has or waits for a place."""
    is_on: bool
    """The event takes place."""
    has_offer: bool
    """A place is offered to her, and open."""
    is_back: bool = False
    """She has canceled this registration, and has or waits for a place by another."""


def worth_making(about: Sequence[str], standing: HowSheStands) -> list[int]:
    """Return the places, in order, of the calls that are still to be made.

    `about` names the email of each call about one registration, the oldest first.
    """
    worth = [place for place, each in enumerate(about) if _still_says_something(each, standing)]
    last = {_kind(about[place]): place for place in worth}
    return [place for place in worth if last[_kind(about[place])] == place]


def _kind(about: str) -> str:
    return "stands" if about in STANDS else about


def _still_says_something(about: str, standing: HowSheStands) -> bool:
    if about == RETURNED:
        return True
    if not standing.is_on:
        return about == END
    if not standing.is_registered:
        return about == GOODBYE and not standing.is_back
    if about == OFFER:
        return standing.has_offer
    return about not in {END, GOODBYE}
