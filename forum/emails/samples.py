"""A notice as each kind of reader would get it, to be read at the desk before it is sent."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from forum.emails import notice_facts, queries
from forum.emails.letter import Letter
from forum.emails.queries import Sender
from forum.emails.writing import sample
from forum.events.models import Mode
from forum.events.rules import dial_in_rooms
from forum.i18n import _, speaking
from forum.notices import queries as notices
from forum.notices.models import Occasion
from forum.notices.queries import EMAIL, Pending
from forum.notices.rules import Was
from forum.registration.models import Registration, Status


class Readers(NamedTuple):
    """People who would read the same: how they attend, in which titles and language."""

    mode: Mode
    is_waiting: bool
    is_discreet: bool
    language: str
    is_relieved: bool = False
    """They wait for the room, where nobody comes any more, and have a place elsewhere."""

    @property
    def key(self) -> str:
        """Return these facts as one word of a form."""
        standing = "waits" if self.is_waiting else "comes"
        titles = "discreet" if self.is_discreet else "full"
        relieved = ".relieved" if self.is_relieved else ""
        return f"{self.mode}.{standing}.{titles}.{self.language}{relieved}"


def readers(pending: Pending, occasion: Occasion = Occasion.CHANGES) -> Counter[Readers]:
    """Return all kinds of readers among those who would be written to, and how many of each."""
    found: Counter[Readers] = Counter()
    for each in pending.reached:
        found[_kind_of(each.person, occasion)] += each.number
    return Counter(dict(sorted(found.items())))


def notice_for(
    kind: Readers,
    pending: Pending,
    *,
    occasion: Occasion = Occasion.CHANGES,
    words: Mapping[str, str],
    now: datetime,
) -> Letter:
    """Return the email that this kind of reader would get, with everything that concerns any.

    An event that goes online has not moved them yet: the email says how they will attend.
    """
    concerned = [each for each in pending.reached if _kind_of(each.person, occasion) == kind]
    changes = [change for each in concerned for change in each.changes]
    before = {each.session.id if each.session else None: each.before for each in changes}
    with speaking(kind.language):
        person = _example(kind, pending, now)
    was = notices.stands(person) if occasion == Occasion.ONLINE else None
    if was is not None:
        person.mode = kind.mode if was == Was.RELIEVED else Mode.WEBCAST
        person.status, person.waits_for = Status.CONFIRMED, None
    sender = _sender()
    told = notice_facts.make(
        person,
        before,
        sender,
        occasion=occasion,
        words=words,
        in_sessions=frozenset(
            each.session.id for each in changes if each.session and each.session.capacity
        ),
        was=was,
        now=now,
    )
    return sample(EMAIL, person, told, now, sender=sender)


def cancellation_for(
    kind: Readers, pending: Pending, *, words: Mapping[str, str], now: datetime
) -> Letter:
    """Return the email that this kind of reader would get about an event that is canceled."""
    with speaking(kind.language):
        person = _example(kind, pending, now)
    return sample("event_cancelled", person, None, now, own_words=words, sender=_sender())


def _sender() -> Sender:
    """Return who writes, and knows what is streamed as it is in memory: it may be supposed."""
    return replace(queries.sender(), phone_rooms=dial_in_rooms)


def _kind_of(person: Registration, occasion: Occasion) -> Readers:
    is_waiting = person.status == Status.WAITLISTED
    is_relieved = occasion == Occasion.ONLINE and notices.stands(person) == Was.RELIEVED
    return Readers(person.mode, is_waiting, person.is_discreet, person.language, is_relieved)


def _example(kind: Readers, pending: Pending, now: datetime) -> Registration:
    """Return someone who is never stored; her links lead nowhere."""
    event = pending.event
    return Registration(
        event=event,
        event_id=event.id,
        public_id="example",
        name=_("Example"),
        email="example@example.org",
        mode=kind.mode,
        status=Status.WAITLISTED if kind.is_waiting else Status.CONFIRMED,
        waits_for=Mode.IN_PERSON if kind.is_relieved else kind.mode if kind.is_waiting else None,
        language=kind.language,
        timezone=event.timezone,
        is_discreet=kind.is_discreet,
        uid=f"example-{event.uid}",
        sequence=0,
        link_version=1,
        feed_version=1,
        registered_at=now,
        updated_at=now,
    )
