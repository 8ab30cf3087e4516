"""What is hers, as an email names it: sessions, numbers to listen by, what has just happened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from forum.db import Facts
from forum.events import words
from forum.events.contact import Dialable
from forum.events.discretion import room_name
from forum.events.models import Event, Room, Session, SessionStatus
from forum.events.phone_rules import Listening
from forum.i18n import speaking
from forum.registration.models import Registration, Status
from forum.registration.my.data_words import LABELS
from forum.registration.places.session_queries import GAVE_UP
from forum.tongues import Spoken, is_renamed, noted, say


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
    given_back: tuple[HerSession, ...] = ()
    """Those of them that are still to come, and are not hers again."""
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
        gave_up_sessions=bool(facts.get(GAVE_UP)),
        changed=changed,
    )


def phones_of(listening: Listening, now: datetime) -> tuple[PhoneLine, ...]:
    """Return what is still to be heard: the number of what is over is no help."""
    return tuple(
        PhoneLine(f"{each.room.dial_in}", each.starts_at, each.ends_at)
        for each in listening.hours
        if each.ends_at > now
    )


def given_back(
    facts: Facts,
    registration: Registration,
    session_places: Callable[[Registration], Mapping[Session, Status]],
    *,
    now: datetime,
) -> tuple[HerSession, ...]:
    """Return the sessions that a message says she gave back; none that is hers by now, or over."""
    numbers = facts.get(GAVE_UP)
    if not isinstance(numbers, list):  # an older release kept no more than that there were some
        return ()
    hers = session_places(registration)
    return tuple(
        session_for(each, registration)
        for each in registration.event.sessions
        if each.id in numbers and each not in hers
        if each.status == SessionStatus.SCHEDULED and each.ends_at > now
    )


def title_for(what: Event | Session, registration: Registration) -> Spoken:
    """Return the title that she has chosen, in her language, as pages print it."""
    column = "quiet_title" if registration.is_discreet else "title"
    return say(what, column, registration.language).through(words.shown)


def is_renamed_for(what: Event | Session, registration: Registration) -> bool:
    """Tell whether the title that she has chosen is not the full one."""
    return registration.is_discreet and is_renamed(what, registration.language)


def noted_for(text: str, registration: Registration) -> str:
    """Return words of ours, marked where they are not in her language."""
    with speaking(registration.language):
        return noted(text)


def room_for(room: Room | None, registration: Registration) -> str:
    """Return the name of a room, as discreet as she wants; "" for none."""
    is_full = not registration.is_discreet
    return room_name(room, is_full=is_full, language=registration.language)


def session_for(session: Session, registration: Registration) -> HerSession:
    """Return a session of hers, as an email names it."""
    title = noted_for(title_for(session, registration), registration)
    room = room_for(session.room, registration)
    is_other = is_renamed_for(session, registration)
    starts_at, ends_at = session.starts_at, session.ends_at
    return HerSession(title, starts_at, ends_at, room, is_other, session.id)
