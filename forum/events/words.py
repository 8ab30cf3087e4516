"""What pages say of events and sessions: short words for facts, in the visitor's language."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from flask_babel import get_locale

from forum.events import rules
from forum.events.models import Event, EventKind, Gate, Mode, Session, SessionStatus
from forum.events.rules import PlacesLeft, Standing
from forum.i18n import _, day_in_words, days_in_words, lazy, time_in_words, zone_in_words
from forum.tongues import Spoken, Titled, say

TOPICS = {
    "hr_pos": lazy("HR-positive"),
    "her2_pos": lazy("HER2-positive"),
    "her2_low": lazy("HER2-low"),
    "tnbc": lazy("Triple-negative"),
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
    return _("%(mode)s: %(places)s.", mode=MODES[gate.mode], places=left)


def tags(session: Session) -> list[Tag]:
    """Return what a session offers, and how many places it has if they are limited."""
    return [*_state_tags(session), *_offer_tags(session)]


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


def notice(event: Event, now: datetime) -> PageNotice | None:
    """Return where the event stands, in words, unless it is simply open."""
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
        return PageNotice("info", title, tuple(recording(event)))
    if standing == Standing.ANNOUNCED:
        line = _("You can add the date to your calendar now.")
        return PageNotice("info", _("Registration is not open yet"), (line,))
    if standing == Standing.NOT_OPEN and event.registration_opens_at is not None:
        opens = moment(event.registration_opens_at, event.timezone)
        line = _("You can add the date to your calendar now. There is no hurry.")
        return PageNotice("info", _("Registration opens on %(moment)s", moment=opens), (line,))
    if standing == Standing.CLOSED:
        line = _("If you would still like to take part, call us. We will see what can be done.")
        return PageNotice("warning", _("Registration has closed"), (line,))
    return None


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


def recording(event: Event) -> Iterator[str]:
    """Say what there is to watch later, or by when."""
    found: Mapping[str, object] = event.details.get("recording") or {}
    promised_by = event.details.get("promised_by")
    if found:
        yield _(
            "The recording is %(minutes)s minutes long. Call or write to us to get it.",
            minutes=found.get("minutes", ""),
        )
        if found.get("captions") == "corrected":
            yield _("Its captions have been corrected by a person.")
        if found.get("transcript"):
            yield _("There is also a transcript. Ask us for it.")
    elif promised_by:
        day = day_in_words(_noon(str(promised_by)), "UTC")
        yield _("The recording will be ready by %(day)s. We correct its captions.", day=day)
    elif within := recorded_within(event):
        yield _(
            "The recordings come within %(days)s business days. We correct their captions.",
            days=within,
        )


def recorded_within(event: Event) -> int | None:
    """Return within how many business days recordings are promised."""
    promised = event.details.get("promises") or event.details
    days: int | None = promised.get("recordings_within_business_days")
    return days


def _noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00+00:00")
