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


def parts(registration: Registration) -> list[SaidPart]:
    """Return everything that someone told us and can change."""
    return [part(key, registration) for key in PARTS]


def part(key: str, registration: Registration) -> SaidPart:
    """Return one part. Raises KeyError."""
    title = str(PARTS[key])
    said = [
        (str(detail.label), details.said_by(registration, detail) or _("Not said"))
        for detail in details.of(details.Part(key))
    ]
    return SaidPart(key, title, said)
