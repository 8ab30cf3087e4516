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


AT_DESK = {
    "reach": PARTS["reach"],
    "about": lazy("About the person"),
    "help": lazy("What would help"),
    "mail": PARTS["mail"],
}
"""The same at the desk."""


@dataclass(frozen=True)
class SaidPart:
    """One part of the details: its name in the address, its title, and its answers in words."""

    key: str
    title: str
    answers: list[tuple[str, str]]


def parts(
    registration: Registration, *, is_open: bool = True, is_at_desk: bool = False
) -> list[SaidPart]:
    """Return everything that someone told us and can change, in her words or in the desk's.

    Unless `is_open`, of answers that are sealed it only says that there are some.
    """
    return [part(key, registration, is_open=is_open, is_at_desk=is_at_desk) for key in PARTS]


def part(
    key: str, registration: Registration, *, is_open: bool = True, is_at_desk: bool = False
) -> SaidPart:
    """Return one part, likewise. Raises KeyError."""
    title = str((AT_DESK if is_at_desk else PARTS)[key])
    in_words = details.said_at_desk if is_at_desk else details.said_by
    said = []
    for detail in details.of(details.Part(key)):
        if not details.is_of_use(registration, detail):
            continue
        label = (detail.desk_label if is_at_desk else None) or detail.label
        say = in_words if is_open or not detail.is_sealed else _sealed
        said.append((str(label), say(registration, detail) or _("Not said")))
    return SaidPart(key, title, said)


def is_sealed(key: str) -> bool:
    """Tell whether a part has answers that are sealed. Raises KeyError."""
    return any(detail.is_sealed for detail in details.of(details.Part(key)))


def _sealed(registration: Registration, detail: details.Detail) -> str:
    return _("Told us") if details.has_said(registration, detail) else ""
