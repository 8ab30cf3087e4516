"""The lists that leave the desk: what each is called, and what it holds."""

from dataclasses import dataclass
from enum import StrEnum

from flask_babel.speaklater import LazyString

from forum.events.models import Event, EventStatus
from forum.events.rules import is_online_only
from forum.i18n import _, lazy


class Paper(StrEnum):
    """A list, as its address names it."""

    LETTERS = "letters"
    BADGES = "badges"
    CHECK_IN = "check-in"
    CATERING = "catering"
    NEXT_INVITATION = "next-invitation"
    STATISTICS = "statistics"

    @property
    def is_file(self) -> bool:
        """Tell whether it is a file for a spreadsheet; others are pages to be printed."""
        return self in {Paper.LETTERS, Paper.NEXT_INVITATION}

    @property
    def is_of_who_comes(self) -> bool:
        """Tell whether it is of those who come to the place."""
        return self in {Paper.BADGES, Paper.CHECK_IN, Paper.CATERING}


@dataclass(frozen=True)
class Cover:
    """What stands before a list."""

    title: LazyString
    holds: LazyString
    leaves_out: LazyString


COVERS = {
    Paper.LETTERS: Cover(
        lazy("Names and email addresses for a mail merge"),
        lazy(
            "A file for a spreadsheet: name, email address, language, way to take part, and"
            " whether they have a place or are on the waitlist. We know no postal addresses."
        ),
        lazy(
            "Left out: people without an email address, who canceled, who are paused or on hold, or"
            " who have died."
        ),
    ),
    Paper.BADGES: Cover(
        lazy("Badges"),
        lazy("A page to print: the name of everyone who comes in person. No role, no reason."),
        lazy("Left out: people who canceled, and people who have died."),
    ),
    Paper.CHECK_IN: Cover(
        lazy("Check-in list"),
        lazy("A page to print for the door, in order of surnames."),
        lazy("Left out: people who canceled, and people who have died."),
    ),
    Paper.CATERING: Cover(
        lazy("Food and what would help"),
        lazy(
            "For the caterer and the house: how many who come in person told us the same, with or"
            " without names. A page to print, or a file for a spreadsheet."
        ),
        lazy("Left out: people who canceled, who take part from afar, or who have died."),
    ),
    Paper.NEXT_INVITATION: Cover(
        lazy("Who wants the next invitation"),
        lazy(
            "A file for a spreadsheet: name, email address and language of all who agreed. Whoever"
            " has no email address is there with a phone number."
        ),
        lazy("Left out: people who never agreed, who are paused or on hold, or who have died."),
    ),
    Paper.STATISTICS: Cover(
        lazy("Numbers for a report"),
        lazy("A page to print: how many take part in each way, and what they say they are."),
        lazy("Numbers below 5 are not shown. People who have died are not counted."),
    ),
}


def why_nobody_comes(event: Event) -> str | None:
    """Return why no list of who comes can be made, or None where people come."""
    if event.status == EventStatus.CANCELLED:
        return _("The event is canceled: nobody comes. Those lists are left out.")
    if is_online_only(event):
        return _("Nobody comes in person to this event. Lists of who comes are left out.")
    return None


def covers_of(event: Event) -> dict[Paper, Cover]:
    """Return the lists that are of use for an event, by what each is."""
    is_visited = why_nobody_comes(event) is None
    return {
        paper: cover for paper, cover in COVERS.items() if is_visited or not paper.is_of_who_comes
    }
