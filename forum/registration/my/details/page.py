"""What someone told us, in words, part by part: her page to change it, and the desk's."""

from collections.abc import Iterator
from dataclasses import dataclass

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # older stubs

from forum.i18n import LANGUAGES, _, lazy, zone_in_words
from forum.registration.fields import phone_in_words
from forum.registration.models import Registration
from forum.registration.register.form import ROLES, WEEK

PARTS = {
    "reach": lazy("Name and phone number"),
    "about": lazy("About you"),
    "help": lazy("What would help you"),
    "mail": lazy("Emails, language and time zone"),
}
"""What each part is called, in the order of the page."""


@dataclass(frozen=True)
class Part:
    """One part of the details: its name in the address, its title, and its answers in words."""

    key: str
    title: str
    answers: list[tuple[str, str]]


def parts(registration: Registration) -> list[Part]:
    """Return everything that someone told us and can change."""
    return [part(key, registration) for key in PARTS]


def part(key: str, registration: Registration) -> Part:
    """Return one part. Raises KeyError."""
    said = [(name, words or _("Not said")) for name, words in SAID[key](registration)]
    return Part(key, str(PARTS[key]), said)


def _reach(registration: Registration) -> Iterator[tuple[str, str]]:
    yield _("Name"), registration.name
    yield _("Phone number"), phone_in_words(registration.phone)


def _about(registration: Registration) -> Iterator[tuple[str, str]]:
    yield _("Who you are"), _in_words(ROLES, registration.roles)
    yield _("First time"), _yes(registration.is_first_time)
    yield _("Certificate"), _yes(registration.wants_certificate)


def _help(registration: Registration) -> Iterator[tuple[str, str]]:
    yield _("What would help"), registration.needs
    yield _("Food"), registration.food
    yield _("Your question"), registration.question
    yield _("Anything else"), registration.note


def _mail(registration: Registration) -> Iterator[tuple[str, str]]:
    neutral = _("Neutral words") if registration.is_discreet else _("Full titles")
    yield _("Words in emails"), neutral
    yield _("Language"), LANGUAGES.get(registration.language, registration.language)
    yield _("Time zone"), zone_in_words(registration.timezone, registration.event.starts_at)
    yield _("Days without emails"), _in_words(WEEK, registration.quiet_days) or _("No day")


SAID = {"reach": _reach, "about": _about, "help": _help, "mail": _mail}


def _in_words(choices: list[SelectChoice], values: tuple[str, ...]) -> str:
    return ", ".join(str(each.label) for each in choices if each.value in values)


def _yes(is_so: bool) -> str:  # noqa: FBT001 - the answer itself
    return _("Yes") if is_so else _("No")
