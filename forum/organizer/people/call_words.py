"""What to say to someone who is called: how things are now, whatever has happened before."""

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from forum.care.call_rules import RETURNED
from forum.care.models import Task, TaskKind
from forum.events.contact import dialled
from forum.events.models import Event, EventStatus, Mode, Room
from forum.events.phone_rules import PhoneHours, by_hour
from forum.events.queries import heard
from forum.events.words import MODES, titled
from forum.i18n import (
    _,
    day_in_words,
    day_on,
    language_spoken,
    moment_in_words,
    span_in_words,
    zone_in_words,
)
from forum.notices.models import Occasion
from forum.notices.rules import ChangeKind, Was
from forum.notices.words import teller_for
from forum.organizer.people.call_news_queries import News
from forum.organizer.words import email_name
from forum.registration.models import Offer, Registration, Status
from forum.tongues import reading_in, say


@dataclass(frozen=True)
class AsItIs:
    """What a card says of how things are now; by event or by registration.

    `rooms` are all of the house, `hours` those of each event at which a number can be called,
    `numbers` places in lines, `back` are registrations given up by those who have come back,
    `misled` those whom we may have told something wrong.
    """

    now: datetime

    rooms: Iterable[Room]
    hours: Mapping[int, Iterable[PhoneHours]]
    numbers: Mapping[int, int]
    news: Mapping[int, News]
    back: Collection[int]
    misled: Container[int] = ()


def what_to_say(person: Registration, offer: Offer | None, things: AsItIs) -> list[str]:
    """Return how things are now, with the numbers to listen by.

    Of a registration that is given up for another of hers, nothing: how she stands, that one says.
    """
    if person.id in things.back:
        return []
    said = _how_it_is(person, offer, things)
    if person.id in things.misled and _is_on(person):
        said.insert(
            0,
            _(
                "Earlier, we may have told them another date, time or phone number."
                " That was our mistake."
            ),
        )
    hours = things.hours.get(person.event_id, ())
    return said + numbers_to_say(person, hours, now=things.now)


def numbers_to_say(
    person: Registration, hours: Iterable[PhoneHours], *, now: datetime
) -> list[str]:
    """Return which number to call when: each once, with the hours that are not over yet.

    On which day, too, unless all is on the event's first. Nothing for whom no number helps.
    """
    if not _listens(person):
        return []
    zone, of_each = person.timezone, dict[str, list[str]]()
    hours = [each for each in hours if now < each.ends_at]
    days = {day_on(at, zone) for at in (person.event.starts_at, *(each[0] for each in hours))}
    for each in hours:
        span = span_in_words(each.starts_at, each.ends_at, zone)
        if len(days) > 1:
            span = _("%(day)s, %(words)s", day=day_in_words(each.starts_at, zone), words=span)
        with reading_in(zone):
            number = dialled(f"{each.room.dial_in}")
        of_each.setdefault(number, []).append(span)
    return [
        _("The number to listen by is %(number)s: %(hours)s.", number=each, hours="; ".join(spans))
        for each, spans in of_each.items()
    ]


def number_to_call(person: Registration, *, now: datetime) -> list[str]:
    """Return which number to call when, for her alone."""
    return numbers_to_say(person, by_hour(heard(person.event)).hours, now=now)


def about_in_words(task: Task) -> str:
    """Return what somebody is to be called or asked about, in short."""
    if task.kind == TaskKind.ASK_COMPANION:
        return _("Linked to someone who has died. Ask what they want from us.")
    if task.kind == TaskKind.CHECK_PERSON:
        return _("Has the name and address of someone who has died. Find out who it is.")
    return (
        _("Our emails to them do not arrive.") if task.about == RETURNED else email_name(task.about)
    )


def what_has_changed(person: Registration, things: AsItIs) -> list[tuple[str, list[str]]]:
    """Return all that notices have told since she was reached last, line by line, by session.

    What is of the whole event comes first, without a title.
    The desk's own sentences come first, in the desk's language where they are there in it.
    """
    news = things.news.get(person.id)
    if news is None:
        return []
    if not news.changes and news.occasions == {Occasion.CHANGES}:
        return [("", [_("Everything is again as they know it. There is no change to tell.")])]
    own = [_in_language(each, language_spoken()) for each in news.words]
    found = [_("“%(words)s”", words=each) for each in dict.fromkeys(own)]
    if news.was in {Was.WAITING, Was.RELIEVED}:
        found.append(_("There is no waitlist to come in person any more."))
    changes = news.changes
    if person.email is None:  # she has no Join button; the numbers stand under what to say
        told = (replace(each, kinds=each.kinds - {ChangeKind.JOIN}) for each in changes)
        changes = tuple(each for each in told if each.kinds)
    if news.was is not None:  # there is nothing to choose in the room any more
        changes = tuple(replace(each, is_chosen=False) for each in changes)
    teller = teller_for(
        things.rooms,
        title_of=titled,
        name_of=lambda room: say(room, "name"),
        clocks=person.clocks,
    )
    for each in teller.of_event(changes):
        found += each.lines
    of_each = [(each.title, list(each.lines)) for each in teller.of_sessions(changes)]
    return [("", found), *of_each] if found else of_each


def what_to_ask(person: Registration, things: AsItIs) -> list[str]:
    """Return what only she can answer: whether the new day suits her, and how she could listen."""
    if not _is_on(person):
        return []
    news, asked = things.news.get(person.id, News()), []
    has_begun = things.now >= person.event.starts_at
    is_moved = any(each.session is None and ChangeKind.MOVED in each.kinds for each in news.changes)
    if is_moved and not has_begun and Occasion.POSTPONED in news.occasions:
        asked.append(_("Can they take part on that day?"))
    if person.status == Status.CONFIRMED and _has_no_link(person):
        asked.append(_how_to_follow(person.event))
    return asked


def _how_to_follow(event: Event) -> str:
    if any(gate.mode == Mode.PHONE for gate in event.gates):
        return _(
            "They have no email, so they get no link to watch. Do they want to listen by phone?"
        )
    return _("They have no email, so they get no link to watch. Who can give them an address?")


def _has_no_link(person: Registration) -> bool:
    return person.mode == Mode.WEBCAST and person.email is None


def _is_on(person: Registration) -> bool:
    is_canceled = person.status == Status.CANCELLED
    return person.event.status != EventStatus.CANCELLED and not is_canceled


def _listens(person: Registration) -> bool:
    """Tell whether a number helps her: she listens by phone, or has no link to watch."""
    has_place = _is_on(person) and person.status == Status.CONFIRMED
    return has_place and (person.mode == Mode.PHONE or _has_no_link(person))


def _in_language(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or next(iter(words.values()))


def _how_it_is(person: Registration, offer: Offer | None, things: AsItIs) -> list[str]:
    """Return the sentences, in the desk's language; times are said on her own clock."""
    event, zone, numbers = person.event, person.timezone, things.numbers
    if event.status == EventStatus.CANCELLED:
        return [_("The event is canceled. Nobody needs to come or to call.")]
    if person.status == Status.CANCELLED:
        return [_("They have no place any more: their registration is canceled.")]
    when = _(
        "%(day)s, %(span)s, %(zone)s",
        day=day_in_words(event.starts_at, zone),
        span=span_in_words(event.starts_at, event.ends_at, zone),
        zone=zone_in_words(zone, event.starts_at),
    )
    if things.now >= event.ends_at:
        return [_("It is over. It was on %(when)s.", when=when)]
    if things.now >= event.starts_at:
        said = [_("It is running now: %(when)s.", when=when)]
    else:
        said = [_("It is on %(when)s.", when=when)]
    if person.status == Status.CONFIRMED:
        said.append(_("They have a place: %(mode)s.", mode=MODES[person.mode]))
    if offer is not None:  # she is asked, and no number in the line meanwhile
        said.append(_offered(offer, offer.ends_at, zone))
    elif person.waits_for is not None and person.id in numbers:
        said.append(
            _(
                "They are number %(number)s on the waitlist: %(mode)s.",
                number=numbers[person.id],
                mode=MODES[person.waits_for],
            )
        )
    return said


def _offered(offer: Offer, ends_at: datetime, zone: str) -> str:
    when = moment_in_words(ends_at, zone)
    return _(
        "A place is offered to them: %(mode)s. They can take it by %(when)s.",
        mode=MODES[offer.mode],
        when=when,
    )
