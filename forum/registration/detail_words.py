"""How what people tell us of themselves is read from a form, and said: to her, and at the desk."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel.speaklater import LazyString
from wtforms import Field

from forum.i18n import LANGUAGES, _, lazy, zone_in_words
from forum.phones import phone_in_words
from forum.quiet_hours import DAYS
from forum.registration.models import Role
from forum.web.forms import answer, answers

NEUTRAL, FULL = "neutral", "full"
BY_ROLE, DISCREET = "role", "discreet"
ROLES = {
    Role.PATIENT.value: lazy("I have metastatic breast cancer"),
    Role.CAREGIVER.value: lazy("I am close to someone who has it"),
    Role.CLINICIAN.value: lazy("I am a clinician or on a care team"),
    Role.OTHER.value: lazy("Someone else"),
}
"""What she is, in her words."""
ROLE_NAMES = {
    Role.PATIENT: lazy("Patient"),
    Role.CAREGIVER: lazy("Loved one"),
    Role.CLINICIAN: lazy("Clinician"),
    Role.OTHER: lazy("Other"),
}
"""What the desk calls it."""
WEEK = dict(
    zip(
        DAYS,
        (
            lazy("Monday"),
            lazy("Tuesday"),
            lazy("Wednesday"),
            lazy("Thursday"),
            lazy("Friday"),
            lazy("Saturday"),
            lazy("Sunday"),
        ),
        strict=True,
    )
)
TITLES = {
    NEUTRAL: lazy("Neutral words that do not name the illness"),
    FULL: lazy("The full titles"),
}
DESK_TITLES = {
    BY_ROLE: lazy("By role: full for clinicians only, neutral for others"),
    DISCREET: lazy("Neutral"),
    FULL: lazy("Full"),
}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How a detail is read from a form, and said."""

    read: Callable[[Field], Any] = answer
    """Returns what was sent, as it is kept."""
    fill: Callable[[Any], Any] = lambda kept: kept
    """Returns what a field shows of what is kept."""
    say: Callable[[Any, datetime], str] = lambda kept, _at: str(kept)
    """Returns it in her words, as of a moment, the event's start; nothing for what is not said."""
    at_desk: Callable[[Any], str] | None = None
    """Returns it in the desk's words, where those are others."""
    cell: Callable[[Any], str] = str
    """Returns what a spreadsheet gets."""
    meanings: Mapping[Any, LazyString | str] | None = None
    """Her words for each value, where values are words of ours."""


def role_names(kept: Iterable[str]) -> str:
    """Return what someone says she is, as the desk calls it."""
    return ", ".join(str(ROLE_NAMES[Role(each)]) for each in kept)


def _yes(kept: bool) -> str:  # noqa: FBT001 - the answer itself
    return _("Yes") if kept else _("No")


def _in_words(names: Mapping[str, LazyString], kept: Iterable[str]) -> str:
    return ", ".join(str(name) for value, name in names.items() if value in kept)


TEXT = Kind()
PHONE = Kind(
    fill=lambda kept: kept and phone_in_words(kept),
    say=lambda kept, _at: kept and phone_in_words(kept),
    cell=phone_in_words,
)
IF_YES = Kind(  # a box that was left empty says nothing
    read=lambda field: bool(field.data), say=lambda kept, _at: _("Yes") if kept else "", cell=_yes
)
YES_OR_NO = Kind(read=lambda field: bool(field.data), say=lambda kept, _at: _yes(kept), cell=_yes)
SOME_ROLES = Kind(
    read=lambda field: tuple(each for each in ROLES if each in answers(field)),
    fill=list,
    say=lambda kept, _at: _in_words(ROLES, kept),
    at_desk=role_names,
    cell=role_names,
    meanings=ROLES,
)
SOME_DAYS = Kind(
    read=lambda field: tuple(day for day in DAYS if day in answers(field)),
    fill=list,
    say=lambda kept, _at: _in_words(WEEK, kept) or _("No day"),
    cell=", ".join,
    meanings=WEEK,
)
OPENNESS = Kind(  # a forged choice is the neutral one
    read=lambda field: {"": None, BY_ROLE: None, FULL: False}.get(answer(field), True),
    fill=lambda kept: NEUTRAL if kept else FULL,
    say=lambda kept, _at: _("Neutral words") if kept else _("Full titles"),
    at_desk=lambda kept: _("Neutral") if kept else _("Full"),
)
LANGUAGE = Kind(
    read=lambda field: answer(field) if field.data in LANGUAGES else "en",
    say=lambda kept, _at: LANGUAGES.get(kept, kept),
    meanings=LANGUAGES,
)
ZONE = Kind(say=zone_in_words)
