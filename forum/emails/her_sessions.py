"""What is hers, as an email names it: sessions, numbers to listen by, what has just happened."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from forum.db import Facts
from forum.events.contact import Dialable
from forum.events.phone_rules import Listening
from forum.i18n import speaking
from forum.registration.my.data_words import LABELS


@dataclass(frozen=True)
class PhoneLine(Dialable):
    """A number to listen by, and from when to when it is the one to call."""

    starts_at: datetime
    ends_at: datetime


class HerSession(NamedTuple):
    """A session in which she has a place."""

    title: str
    starts_at: datetime
    ends_at: datetime
    room: str
    is_renamed: bool = False
    """The title is not the full one."""
    number: int = 0
    """The number of the session, by which it is known that she was told of it."""


class Hers(NamedTuple):
    """What has just happened to her, and what is known of her besides.

    What she has `changed` is what it is called, never what it says.
    """

    waits_for_two: bool = False
    """She waits together with someone, for two places."""
    is_alone: bool = False
    """The offer was for two, and the other one waits no more."""
    offer_end: str = ""
    """Of the emails about an offer, an `OfferEnd`: how it has ended, or would without an answer."""
    had_no_place: bool = False
    """Of another way to take part: she only waited before."""
    gave_up_sessions: bool = False
    """What she had in sessions with limited places was given back by it."""
    changed: tuple[str, ...] = ()
    has_told_needs: bool = False
    """She has told what would help her."""
    joins_at: datetime | None = None
    """From when the first Join button works, in UTC, where that is still to come and near."""


NOTHING_NEW = Hers()


def told(facts: Facts, language: str) -> Hers:
    """Return what a message says of what has happened to its reader."""
    with speaking(language):
        changed = tuple(str(LABELS[name]) for name in facts.get("changed", ()))
    return Hers(
        is_alone=bool(facts.get("alone")),
        had_no_place=bool(facts.get("had_no_place")),
        gave_up_sessions=bool(facts.get("gave_up_sessions")),
        changed=changed,
    )


def phones_of(listening: Listening, now: datetime) -> tuple[PhoneLine, ...]:
    """Return what is still to be heard: the number of what is over is no help."""
    return tuple(
        PhoneLine(f"{each.room.dial_in}", each.starts_at, each.ends_at)
        for each in listening.hours
        if each.ends_at > now
    )
