"""One event, or one session of it, as a template takes it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from babel.numbers import format_currency

from forum.events import rules, words
from forum.events.models import (
    Event,
    EventKind,
    EventStatus,
    Gate,
    Mode,
    Room,
    Session,
    SessionKind,
    SessionStatus,
    Speaker,
    Venue,
)
from forum.events.promise_rules import Promise, is_any_recorded
from forum.events.promise_words import afterwards, beforehand
from forum.events.rules import Standing
from forum.events.times import Times
from forum.i18n import _, day_in_words, language_spoken, lazy, speaking
from forum.site.nearness import nearness
from forum.tongues import Spoken, say, spoken

ISO_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
PROMISES = {
    "captions": lazy("Captions"),
    "asl": lazy("American Sign Language"),
    "spanish": lazy("In Spanish"),
    "masks": lazy("Masks"),
    "food": lazy("Food"),
}
"""What a programme file may promise, in the order in which pages say it."""
FOR_GUESTS = {"masks", "food"}
"""Promises to those who come to the place."""
AMONG_US = {SessionKind.CIRCLE, SessionKind.CEREMONY}
"""Sessions of which nothing leaves the room, unless they are recorded."""

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class EventPage:
    """What a page says of an event. `register` is where to register, or empty when one cannot.

    `afar` says how one can take part without coming, empty where one cannot. `recordings` is what
    is said of them before it is over, or empty when nothing is recorded.
    """

    title: str
    description: str
    is_forum: bool
    is_here: bool
    when: Sequence[str]
    where: str
    cost: str
    speakers: Pairs
    tags: Sequence[words.Tag]
    is_over: bool
    notice: words.PageNotice | None
    news: Sequence[words.PageNotice]
    register: str
    places: Sequence[str]
    may_switch: bool
    afar: str
    by_phone: bool
    recordings: str
    promises: Pairs
    rooms: Sequence[str]
    chapters: Sequence[str]


def event_page(  # noqa: PLR0913 - everything that a page is made of
    event: Event,
    sessions: Sequence[Session],
    venue: Venue | None,
    times: Times,
    path: str,
    *,
    now: datetime,
    promise: Promise | None = None,
    online_since: datetime | None = None,
    old_start: datetime | None = None,
) -> EventPage:
    """Gather the words. `path` is the event's own, with a slash at its end.

    `promise` is that of its recordings.
    `online_since` and `old_start` are those of `words.news`.
    """
    is_forum = event.kind == EventKind.FORUM
    standing = rules.standing(event, now)
    is_open = standing == Standing.OPEN
    is_over = standing in {Standing.OVER, Standing.CANCELLED}
    is_here = is_forum and not rules.is_online_only(event)
    talk = sessions[0] if sessions and not is_forum else None
    promises: Mapping[str, Any] = event.details.get("promises") or {}
    return EventPage(
        title=words.titled(event),
        description=say(event, "description"),
        is_forum=is_forum,
        is_here=is_here,
        when=times.span(event.starts_at, event.ends_at),
        where=where(event.gates, venue if is_forum else None),
        cost=cost(event),
        speakers=[(each.name, say(each, "role")) for each in talk.speakers] if talk else [],
        tags=[
            *([] if is_over else nearness(event, now)),
            *_tags(event, talk, is_over=is_over),
        ],
        is_over=is_over,
        notice=words.notice(event, now, afterwards(event, promise)),
        news=[] if is_over else list(words.news(event, online_since, old_start)),
        register=f"{path}register" if is_open else "",
        places=words.places_in_words(event, now) if is_open else [],
        may_switch=len(event.gates) > 1,
        afar=words.ways({gate.mode for gate in event.gates} - {Mode.IN_PERSON}),
        by_phone=any(gate.mode == Mode.PHONE for gate in event.gates),
        recordings=_recordings(event, sessions, promise),
        promises=list(_promises(event, promises, sessions, is_here=is_here)),
        rooms=list(_rooms(sessions)) if is_here else [],
        chapters=[_told(event, title) for _at, title in event.details.get("chapters", ())],
    )


def where(gates: Sequence[Gate], venue: Venue | None) -> str:
    """Return where an event takes place, by the ways one can attend."""
    modes = {gate.mode for gate in gates}
    afar = {
        (True, True): _("live online, or by phone, from anywhere"),
        (True, False): _("live online from anywhere"),
        (False, True): _("by phone from anywhere"),
        (False, False): "",
    }[Mode.WEBCAST in modes, Mode.PHONE in modes]
    here = say(venue, "name") if venue is not None and Mode.IN_PERSON in modes else ""
    if here and afar:
        return _("%(place)s, or %(afar)s", place=here, afar=afar)
    return here or afar[:1].upper() + afar[1:]


def cost(event: Event) -> str:
    """Return what it costs to come: nothing, unless the programme says otherwise."""
    price = event.details.get("cost")
    return format_currency(price, "USD") if price else _("Free")


class Fact(NamedTuple):
    """One thing that a session's page says."""

    name: str
    words: str


def session_facts(session: Session, promise: Promise | None, *, is_over: bool) -> list[Fact]:
    """Return what a session's own page says: who, where, on what theme, whether recorded.

    `promise` is that of the recordings of its event, which may be over.
    """
    facts = []
    if rules.is_online_only(session.event):
        facts.append(Fact(_("Where"), str(words.MODES[Mode.WEBCAST])))
    elif session.room is not None:
        room = session.room
        parts = [say(room, "name"), _("floor %(number)s", number=room.floor), *_room_offers(room)]
        facts.append(Fact(_("Where"), ", ".join(parts)))
    if session.speakers:
        label = _("With")
        facts += [
            Fact("" if place else label, _with_role(each))
            for place, each in enumerate(session.speakers)
        ]
    if session.track is not None:
        facts.append(Fact(_("Theme"), say(session.track, "name")))
    if said := _recording(session, promise, is_over=is_over):
        facts.append(Fact(_("Recording"), said))
    return facts


def _recording(session: Session, promise: Promise | None, *, is_over: bool) -> str:
    """Say whether a session is recorded, or was; nothing where nobody would wonder.

    Nor of one that does not take place.
    """
    is_off = session.event.status == EventStatus.CANCELLED
    if is_off or session.status == SessionStatus.CANCELLED:
        return ""
    if is_any_recorded([session]):
        is_recorded = _("It was recorded.") if is_over else _("It is recorded.")
        return " ".join([is_recorded, *afterwards(session.event, promise)])
    if session.kind not in AMONG_US:
        return ""
    if is_over:
        return _("It was not recorded. What was said stays in the room.")
    return _("It is not recorded. What is said stays in the room.")


def _recordings(event: Event, sessions: Sequence[Session], promise: Promise | None) -> str:
    recorded = [each for each in sessions if is_any_recorded([each])]
    if not recorded:
        return ""
    is_captioned = any(each.has_captions for each in recorded)
    return " ".join(beforehand(event, promise, is_captioned=is_captioned))


def _tags(event: Event, talk: Session | None, *, is_over: bool) -> Iterator[words.Tag]:
    """Return what a webcast offers, unless it is over; then what an event is about, each once."""
    offered = words.tags(talk) if talk is not None and not is_over else []
    yield from offered
    if talk is not None and is_over and talk.language != "en":
        yield words.topic(talk.language), "rose"
    about = [(words.topic(key), "quiet") for key in dict.fromkeys((*event.topics, *event.audience))]
    yield from (each for each in about if each not in offered)


def _room_offers(room: Room) -> Iterator[str]:
    if room.has_loop:
        yield _("hearing loop")
    if room.has_rest:
        yield _("reclining seats")


def _rooms(sessions: Sequence[Session]) -> Iterator[str]:
    """Say what the rooms offer, once for each thing that some of them have."""
    rooms = {each.room.key: each.room for each in sessions if each.room is not None}
    ordered = sorted(rooms.values(), key=lambda room: (room.position, room.key))
    loops = ", ".join(say(room, "name") for room in ordered if room.has_loop)
    rests = ", ".join(say(room, "name") for room in ordered if room.has_rest)
    if loops:
        yield _("Hearing loop (for hearing aids): %(rooms)s.", rooms=loops)
    if rests:
        yield _("Reclining seats: %(rooms)s.", rooms=rests)


def _promises(
    event: Event, promises: Mapping[str, Any], sessions: Sequence[Session], *, is_here: bool
) -> Iterator[tuple[str, str]]:
    names: dict[str, dict[str, str]] = {}
    for key, label in PROMISES.items():
        if (stated := promises.get(key)) and (is_here or key not in FOR_GUESTS):
            sentence = _told(event, stated)
            language = sentence.language
            names[language] = names.get(language) or _names(sessions, language)
            with speaking(language):
                said = _in_plain_words(sentence, names[language], event.timezone)
            yield str(label), Spoken(said, language)


def _told(event: Event, stated: str | Mapping[str, str]) -> Spoken:
    """Return a text from the details of an event, which are as the file has them."""
    return spoken(stated, language_spoken(), alone_in=event.language)


def _with_role(speaker: Speaker) -> str:
    role = say(speaker, "role")
    return role.through(lambda text: f"{speaker.name}, {text}") if role else speaker.name


def _in_plain_words(sentence: str, names: Mapping[str, str], zone: str) -> str:
    """Say rooms and sessions by name and days in words: files name them by their ids."""
    sentence = sentence.replace("/", ", ")
    if names:
        ids = "|".join(re.escape(key) for key in names)
        sentence = re.sub(rf"\b({ids})\b", lambda found: names[found[0]], sentence)
    sentence = ISO_DAY.sub(
        lambda found: day_in_words(
            datetime.fromisoformat(found[0]).replace(hour=12, tzinfo=ZoneInfo(zone)), zone
        ),
        sentence,
    )
    return sentence[:1].upper() + sentence[1:].removesuffix(".") + "."


def _names(sessions: Sequence[Session], language: str) -> dict[str, str]:
    rooms = {each.room.key: each.room for each in sessions if each.room is not None}
    named: dict[str, str] = {key: say(room, "name", language) for key, room in rooms.items()}
    return named | {each.key: f"“{say(each, 'title', language)}”" for each in sessions}
