"""A notice as each kind of reader would get it, to be read at the desk before it is sent."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from forum.emails import notice_facts, queries
from forum.emails.letter import Letter
from forum.emails.queries import Sender
from forum.emails.writing import sample
from forum.events.models import Mode, Session
from forum.events.phone_rules import by_hour, heard
from forum.events.rules import dial_in_rooms
from forum.events.words import titled
from forum.i18n import _, speaking
from forum.notices import queries as notices
from forum.notices.baseline import State
from forum.notices.models import Occasion
from forum.notices.queries import EMAIL, Concerned, Pending
from forum.notices.rules import Change, Was
from forum.registration.models import Offer, OfferState, Registration, Status


class Readers(NamedTuple):
    """People who would read the same: how they attend, in which titles and language."""

    mode: Mode
    is_waiting: bool
    is_discreet: bool
    language: str
    is_relieved: bool = False
    """They wait for the room, where nobody comes any more, and have a place elsewhere."""
    is_offered: bool = False
    """A place is kept for their answer."""

    @property
    def key(self) -> str:
        """Return these facts as one word of a form."""
        standing = "waits" if self.is_waiting else "comes"
        titles = "discreet" if self.is_discreet else "full"
        relieved = ".relieved" if self.is_relieved else ""
        offered = ".offered" if self.is_offered else ""
        return f"{self.mode}.{standing}.{titles}.{self.language}{relieved}{offered}"


def readers(pending: Pending, occasion: Occasion = Occasion.CHANGES) -> Counter[Readers]:
    """Return all kinds of readers among those who would be written to, and how many of each."""
    found: Counter[Readers] = Counter()
    for each in pending.reached:
        found[_kind_of(each, occasion)] += each.number
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
    concerned = [each for each in pending.reached if _kind_of(each, occasion) == kind]
    changes = [change for each in concerned for change in each.changes]
    before = _before(changes)
    with speaking(kind.language):
        person = _example(kind, pending, now)
    was = notices.stands(person) if occasion == Occasion.ONLINE else None
    if was is not None:
        person.mode = kind.mode if was == Was.RELIEVED else Mode.WEBCAST
        person.status, person.waits_for = Status.CONFIRMED, None
    sender = replace(_sender(), open_offer=lambda _person: _offer(kind, concerned))
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


def told_apart(
    kind: Readers, pending: Pending, occasion: Occasion = Occasion.CHANGES
) -> list[tuple[str, int]]:
    """Return what `notice_for` shows and some readers of this kind are not told, or otherwise.

    Each with how many are told just that; what they all are told is left out.
    """
    concerned = [each for each in pending.reached if _kind_of(each, occasion) == kind]
    before = _before(change for each in concerned for change in each.changes)
    everyone = sum(each.number for each in concerned)
    told: Counter[Session | None] = Counter()
    for each in concerned:
        for change in each.changes:
            is_shown = change.before == before[change.session.id if change.session else None]
            told[change.session] += each.number if is_shown else 0
    return [
        (titled(session) if session else _("The event as a whole"), number)
        for session, number in told.items()
        if number < everyone
    ]


def cancellation_for(
    kind: Readers, pending: Pending, *, words: Mapping[str, str], now: datetime
) -> Letter:
    """Return the email that this kind of reader would get about an event that is canceled."""
    with speaking(kind.language):
        person = _example(kind, pending, now)
    return sample("event_cancelled", person, None, now, own_words=words, sender=_sender())


def _before(changes: Iterable[Change]) -> dict[int | None, State]:
    return {each.session.id if each.session else None: each.before for each in changes}


def _offer(kind: Readers, concerned: Iterable[Concerned]) -> Offer | None:
    """Return the offer that is answered first of those that are open to these readers."""
    ends = [each.offered_until for each in concerned if each.offered_until]
    if not kind.is_offered or not ends:
        return None
    return Offer(mode=kind.mode, state=OfferState.OPEN, ends_at=min(ends))


def _sender() -> Sender:
    """Return who writes, and knows what is streamed as it is in memory: it may be supposed."""
    return replace(
        queries.sender(), phone_rooms=dial_in_rooms, listening=lambda event: by_hour(heard(event))
    )


def _kind_of(concerned: Concerned, occasion: Occasion) -> Readers:
    person = concerned.person
    is_waiting = person.status == Status.WAITLISTED
    is_relieved = occasion == Occasion.ONLINE and notices.stands(person) == Was.RELIEVED
    ends_offers = occasion in {Occasion.ONLINE, Occasion.CANCELLED}
    is_offered = concerned.offered_until is not None and not ends_offers
    how = person.mode, is_waiting, person.is_discreet, person.language
    return Readers(*how, is_relieved, is_offered)


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
        waits_for=_waits_for(kind),
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


def _waits_for(kind: Readers) -> Mode | None:
    if kind.is_waiting:
        return kind.mode
    return Mode.IN_PERSON if kind.is_relieved or kind.is_offered else None
