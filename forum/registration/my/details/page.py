"""What someone told us, in words, part by part: her page to change it, and the desk's."""

from dataclasses import dataclass

from forum.i18n import _, lazy
from forum.registration import details
from forum.registration.models import Registration

PARTS = {
    "reach": lazy("Name and phone number"),
    "about": lazy("About you"),
    "help": lazy("What would help you"),
    "mail": lazy("Emails, language and time zone"),
}
"""What each part is called, in the order of the page."""


@dataclass(frozen=True)
class SaidPart:
    """One part of the details: its name in the address, its title, and its answers in words."""

    key: str
    title: str
    answers: list[tuple[str, str]]


def parts(registration: Registration, *, is_open: bool = True) -> list[SaidPart]:
    """Return everything that someone told us and can change.

    Unless `is_open`, of answers that are sealed it only says that there are some.
    """
    return [part(key, registration, is_open=is_open) for key in PARTS]


def part(key: str, registration: Registration, *, is_open: bool = True) -> SaidPart:
    """Return one part, likewise. Raises KeyError."""
    title = str(PARTS[key])
    said = [
        (str(detail.label), _said(registration, detail, is_open=is_open) or _("Not said"))
        for detail in details.of(details.Part(key))
    ]
    return SaidPart(key, title, said)


def is_sealed(key: str) -> bool:
    """Tell whether a part has answers that are sealed. Raises KeyError."""
    return any(detail.is_sealed for detail in details.of(details.Part(key)))


def _said(registration: Registration, detail: details.Detail, *, is_open: bool) -> str:
    if is_open or not detail.is_sealed:
        return details.said_by(registration, detail)
    return _("Told us") if details.has_said(registration, detail) else ""
