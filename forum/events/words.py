"""What pages say of events and sessions: short words for facts, in the visitor's language."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.lists import format_list
from flask_babel import get_locale

from forum.events import rules
from forum.events.models import Event, EventKind, Gate, Mode, Session, SessionStatus
from forum.events.rules import PlacesLeft, Standing
from forum.i18n import (
    LANGUAGES,
    REGIONS,
    _,
    day_in_words,
    day_of_year,
    days_in_words,
    language_spoken,
    last_day,
    lazy,
    speaking,
    time_in_words,
    zone_in_words,
)
from forum.tongues import Spoken, Titled, say

TOPICS = {
    "hr_pos": lazy("HR-positive"),
    "her2_pos": lazy("HER2-positive"),
    "her2_low": lazy("HER2-low"),
    "tnbc": lazy("Triple-negative"),
    "patient": lazy("For patients"),
    "caregiver": lazy("For loved ones"),
    "clinician": lazy("For clinicians"),
    "es": lazy("In Spanish"),
    "treatment_change": lazy("Changing treatment"),
    "side_effects": lazy("Side effects"),
    "scan_worry": lazy("Worry about scans"),
    "coping": lazy("Coping"),
    "research_news": lazy("Research news"),
    "trials": lazy("Clinical trials"),
    "fatigue": lazy("Fatigue"),
    "exercise": lazy("Exercise"),
    "general": lazy("General questions"),
    "navigation": lazy("Finding your way"),
    "genomics": lazy("Genomics"),
    "caregiving": lazy("Caring for someone"),
    "grief": lazy("Grief"),
    "palliative_care": lazy("Palliative care"),
    "wishes": lazy("Wishes and plans"),
}
"""What topics, subtypes and audiences of files are called. Others speak for themselves."""
MODES = {
    Mode.IN_PERSON: lazy("In person"),
    Mode.WEBCAST: lazy("Online"),
    Mode.PHONE: lazy("By phone"),
}
PLACES = {
    PlacesLeft.UNLIMITED: lazy("open"),
    PlacesLeft.LEFT: lazy("places left"),
    PlacesLeft.FEW: lazy("few places left"),
    PlacesLeft.FULL: lazy("full, waitlist open"),
}
SESSION_PLACES = {
    PlacesLeft.LEFT: lazy("Places left"),
    PlacesLeft.FEW: lazy("Few places left"),
    PlacesLeft.FULL: lazy("Full, waitlist open"),
}
PLACES_LOOK = {PlacesLeft.LEFT: "quiet", PlacesLeft.FEW: "warning", PlacesLeft.FULL: "warning"}

OFFERS = {
    "is_streamed": (lazy("Live online"), ""),
    "has_captions": (lazy("Captions"), "good"),
    "has_asl": (lazy("ASL"), "good"),
    "has_spanish": (lazy("Also in Spanish"), "rose"),
}
"""What a session may offer, by the fact that says so: its words and their look."""

BESIDE = r"\s,;:·|(\u2013\u2014-"
"""Signs between a day and what else a title says, as a pattern has them."""

Tag = tuple[str, str]
"""Words and the look of a tag."""


class PageNotice(NamedTuple):
    """Something to know first."""

    kind: str
    title: str
    lines: tuple[str, ...] = ()


def shown(title: str) -> str:
    """Return a title as it is printed: a hyphen between spaces is a dash."""
    if isinstance(title, Spoken):
        return title.through(_dashed)
    return _dashed(title)


def titled(what: Titled, *, is_full: bool = True) -> Spoken:
    """Return the full or the discreet title of an event or session, as pages print it."""
    return say(what, "title" if is_full else "quiet_title").through(_dashed)


def neutral(what: Titled) -> Spoken:
    """Return the discreet title of an event or session, as pages print it."""
    return titled(what, is_full=False)


@lru_cache(maxsize=256)
def without_day(title: str, starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Return a title without the day on which something is, for what says that day beside it.

    The day may stand there in either language. A title that is nothing else stays, and so does
    that of what lasts several days.
    """
    if last_day(starts_at, ends_at - timedelta.resolution, zone):
        return title
    days = []
    for language in LANGUAGES:
        with speaking(language):
            whole, short = day_in_words(starts_at, zone), day_of_year(starts_at, zone)
        parts = (", ", ", ") if ", " in short else (" ", " de ")
        bare = short.partition(parts[0])[2]
        days += [whole, f"{bare}{parts[1]}{starts_at.astimezone(ZoneInfo(zone)).year}", short, bare]
    said = "|".join(re.escape(day) for day in sorted(days, key=len, reverse=True))
    pattern = rf"[{BESIDE}]*(?<!\w)(?:{said})(?!\w)\)?"
    rest, times = re.subn(pattern, "", title, count=1, flags=re.IGNORECASE)
    if not times:
        return title
    return re.sub(rf"^[{BESIDE}]+|[{BESIDE}]+$", "", rest) or title


def _dashed(title: str) -> str:
    return title.replace(" - ", " \N{EN DASH} ")


def name(of: str) -> str:
    """Return a name whose title or initial stays on one line with what follows: "Dr. Noor"."""
    return of.replace(". ", ".\u00a0")


def topic(key: str) -> str:
    """Return what a topic is called: "Clinical trials" for `trials`."""
    known = TOPICS.get(key)
    return str(known) if known else key.replace("_", " ").capitalize()


def length(starts_at: datetime, ends_at: datetime) -> str:
    """Return how long something takes: "45 min", "1 h 10 min"."""
    return _length((ends_at - starts_at) // timedelta(minutes=1), str(get_locale()))


@lru_cache(maxsize=256)
def _length(minutes: int, _locale: str) -> str:
    hours, minutes = divmod(minutes, 60)
    parts = [
        _("%(count)s h", count=hours) if hours else "",
        _("%(count)s min", count=minutes) if minutes else "",
    ]
    return " ".join(part for part in parts if part)


def ways(modes: Collection[Mode]) -> str:
    """Return ways to take part inside a sentence: "in person, online, or by phone"."""
    named = [str(MODES[mode]).lower() for mode in Mode if mode in modes]
    return format_list(named, "or", locale=REGIONS[language_spoken()])


def all_of(names: Sequence[str]) -> str:
    """Return names inside a sentence: "Eastern Time and Pacific Time"."""
    return format_list(names, locale=REGIONS[language_spoken()])


def moment(at: datetime, zone: str) -> str:
    """Return "Monday, January 25, 2027, 9:00 am, Eastern Time"."""
    return _(
        "%(day)s, %(time)s, %(zone)s",
        day=day_in_words(at, zone),
        time=time_in_words(at, zone),
        zone=zone_in_words(zone, at),
    )


def places_in_words(event: Event, now: datetime) -> list[str]:
    """Return a sentence for each mode that is offered: "In person: few places left."."""
    return [_place(gate, now) for gate in event.gates]


def _place(gate: Gate, now: datetime) -> str:
    is_open = rules.is_open(gate, now)
    left = PLACES[rules.places_left(gate)] if is_open else _("registration has closed")
    said = _("%(mode)s: %(places)s.", mode=MODES[gate.mode], places=left)
    return f"{said} {_open_until(gate, now)}".strip()


def _open_until(gate: Gate, now: datetime) -> str:
    """Return a sentence that says until when this mode takes registrations, if that ends."""
    if gate.closes_at is None or not rules.is_open(gate, now):
        return ""
    until = moment(gate.closes_at, gate.event.timezone)
    return _("You can register for it until %(moment)s.", moment=until)


def tags(session: Session) -> list[Tag]:
    """Return what a session offers, and how many places it has if they are limited."""
    return [*_state_tags(session), *_offer_tags(session)]


def needs_met(session: Session, mode: Mode) -> list[Tag]:
    """Return for whom a session is, in which language, and with what help for who takes part so.

    Nobody sees captions or signs by phone.
    """
    is_seen = mode != Mode.PHONE
    offers = (False, session.has_captions and is_seen, session.has_asl and is_seen)
    return [
        *_offers(
            (*offers, session.has_spanish), session.language, session.audience, str(get_locale())
        )
    ]


def _state_tags(session: Session) -> Iterator[Tag]:
    if session.status == SessionStatus.CANCELLED:
        yield _("Canceled"), "rose"
        return
    left = rules.places_left(session)
    if left in SESSION_PLACES:
        yield str(SESSION_PLACES[left]), PLACES_LOOK[left]


def _offer_tags(session: Session) -> tuple[Tag, ...]:
    offers = tuple(getattr(session, fact) for fact in OFFERS)
    return _offers(offers, session.language, session.audience, str(get_locale()))


@lru_cache(maxsize=256)
def _offers(
    offers: tuple[bool, ...], language: str, audience: tuple[str, ...], _locale: str
) -> tuple[Tag, ...]:
    """Return the tags of sessions that offer the same; there are few kinds and many sessions."""
    tags = [
        (str(label), look)
        for has, (label, look) in zip(offers, OFFERS.values(), strict=True)
        if has
    ]
    if language == "es":
        tags.append((_("In Spanish"), "rose"))
    return (*tags, *((topic(group), "quiet") for group in audience))


def notice(event: Event, now: datetime, afterwards: Sequence[str] = ()) -> PageNotice | None:
    """Return where the event stands, in words, unless it is simply open.

    `afterwards` is what else there is to say once it is over.
    """
    standing = rules.standing(event, now)
    is_forum = event.kind == EventKind.FORUM
    if standing == Standing.CANCELLED:
        title = _("This forum is canceled") if is_forum else _("This webcast is canceled")
        lines = (
            _("If you were registered, you do not need to do anything. We send no more reminders."),
            _("You are welcome at the other events. Call or write to us with any question."),
        )
        return PageNotice("rose", title, lines)
    if standing == Standing.OVER:
        title = _("This forum is over") if is_forum else _("This webcast is over")
        return PageNotice("info", title, tuple(afterwards))
    if standing == Standing.ANNOUNCED:
        line = _("You can add the date to your calendar now.")
        return PageNotice("info", _("Registration is not open yet"), (_opening(event, now), line))
    if standing == Standing.NOT_OPEN and event.registration_opens_at is not None:
        opens = moment(event.registration_opens_at, event.timezone)
        line = _("You can add the date to your calendar now. There is no hurry.")
        return PageNotice("info", _("Registration opens on %(moment)s", moment=opens), (line,))
    if standing == Standing.CLOSED:
        line = _("If you would still like to take part, call us. We will see what can be done.")
        return PageNotice("warning", _("Registration has closed"), (line,))
    return None


def _opening(event: Event, now: datetime) -> str:
    """Return when what is only announced opens, as far as it is known."""
    at = event.registration_opens_at
    if at is not None and at > now:
        return _("Registration opens on %(moment)s.", moment=moment(at, event.timezone))
    return _("The day on which it opens is not set yet. Please look here again later, or call us.")


def news(
    event: Event, online_since: datetime | None, old_start: datetime | None
) -> Iterator[PageNotice]:
    """Say what has become of the event as a whole since people first read of it.

    `online_since` is when it went online, `old_start` when it was to be before it was postponed.
    """
    is_forum = event.kind == EventKind.FORUM
    if old_start is not None:
        title = _("This forum has a new date") if is_forum else _("This webcast has a new date")
        days = {
            "old": day_in_words(old_start, event.timezone),
            "new": days_in_words(event.starts_at, event.ends_at, event.timezone),
        }
        yield PageNotice(
            "warning", title, (_("The old date was %(old)s. The new date is %(new)s.", **days),)
        )
    if online_since is not None:
        lines = (
            _("Please do not travel. Nobody meets in person this time."),
            _(
                "If you had a place in person, you now have one online. You do not need to do"
                " anything."
            ),
        )
        yield PageNotice("warning", _("This forum takes place online"), lines)
