"""Why a change of an event is refused, each in a sentence fit to show."""

from collections.abc import Sequence

from forum.errors import Refusal
from forum.events.clashes import Clash
from forum.events.models import Room, Session
from forum.i18n import _, lazy, ngettext, span_in_words
from forum.planning.readiness import Lacking
from forum.tongues import say

MISSING = {
    Lacking.OVER: lazy("This event is over."),
    Lacking.SESSIONS: lazy("Add at least one session to the agenda."),
    Lacking.ROOM: lazy("Choose the room that the webcast comes from."),
    Lacking.MODES: lazy("Offer at least one way to take part."),
    Lacking.QUIET_TITLE: lazy("Give the event a neutral title."),
}


class NotPublishable(Refusal):
    """The event is not ready for the public."""

    def __init__(self, lacking: Sequence[Lacking]) -> None:
        """Say everything that is missing."""
        super().__init__(" ".join(missing_in_words(lacking)))


class TooFewPlaces(Refusal):
    """More places of a session are taken than it would have."""

    def __init__(self, taken: int) -> None:
        """Say how many are taken."""
        super().__init__(
            _("%(taken)s places are taken already. Choose that number or more.", taken=taken),
            field="capacity",
        )


class PeopleAreRegistered(Refusal):
    """It cannot disappear, because people count on it."""


class AlreadyCancelled(Refusal):
    """What has been called off stays so, because people's calendars say so."""


class NotUnderWay(Refusal):
    """Nobody counts on the event: it is a draft, over, or called off."""


class AlreadyOnline(Refusal):
    """Nobody can come to a place as it is."""


class NothingOnline(Refusal):
    """Nothing of the event could be seen from afar."""


class NotLater(Refusal):
    """Whatever is put off comes later."""


class IntoThePast(Refusal):
    """People count on an event that would be over at once, as by a mistyped year."""

    def __init__(self, number: int) -> None:
        """Say how many they are."""
        super().__init__(
            ngettext(
                "With this end the event is over, and %(num)d person is registered. Look at the"
                " year. If it is right, type %(num)d below.",
                "With this end the event is over, and %(num)d people are registered. Look at the"
                " year. If it is right, type %(num)d below.",
                number,
            ),
            field="people",
        )


class OverForNobody(Refusal):
    """An event that nobody is registered for would be over at once: its date is a slip."""

    def __init__(self) -> None:
        """Say what to look at."""
        super().__init__(
            _("With this end the event is over already. Look at the date and the year again."),
            field="ends",
        )


class OutOfThePast(Refusal):
    """People came to an event that is over, and would be taken along: to next year's, perhaps."""

    def __init__(self, number: int) -> None:
        """Say how many they are."""
        super().__init__(
            ngettext(
                "This event is over, and %(num)d person is registered, who would be"
                " registered and reminded for the new date. Another event needs a name of its"
                " own, in the program file. If it is the same event, type %(num)d below.",
                "This event is over, and %(num)d people are registered, who would be"
                " registered and reminded for the new date. Another event needs a name of its"
                " own, in the program file. If it is the same event, type %(num)d below.",
                number,
            ),
            field="people",
        )


class MovedByMonths(Refusal):
    """An event that people count on would be months from where it was, as by a mistyped year."""

    def __init__(self, number: int, day: str) -> None:
        """Say on which day it would be, and how many they are."""
        super().__init__(
            ngettext(
                "This moves the event by months, to %(day)s, and %(num)d person is registered."
                " If the date is right, type %(num)d below.",
                "This moves the event by months, to %(day)s, and %(num)d people are registered."
                " If the date is right, type %(num)d below.",
                number,
                day=day,
            ),
            field="people",
        )


class PartlyHeld(Refusal):
    """What has taken place by now of an event that is going on would move along to another day."""

    def __init__(self, number: int) -> None:
        """Say which page moves the rest alone, and how many people are registered."""
        super().__init__(
            ngettext(
                "Sessions that are over by now would move along, and %(num)d person is registered."
                " To move only what is still to come, use “Postpone to a new date”. If the old"
                " day was a slip and nothing has been held, type %(num)d below.",
                "Sessions that are over by now would move along, and %(num)d people are registered."
                " To move only what is still to come, use “Postpone to a new date”. If the old"
                " day was a slip and nothing has been held, type %(num)d below.",
                number,
            ),
            field="people",
        )


class OutsideTheEvent(Refusal):
    """A session would begin before its event, or end after it."""


class CancelingTold(Refusal):
    """People have been told that a session is canceled: it does not come back."""

    def __init__(self) -> None:
        """Say what to do instead."""
        super().__init__(
            _("People have been told that it is canceled. Add it to the agenda as a new session.")
        )


class Clashing(Refusal):
    """A room or a speaker would be needed twice."""

    def __init__(self, clashes: Sequence[Clash], zone: str) -> None:
        """Say each clash at its field; times are said in `zone`."""
        (sentence, field), *more = [
            (_sentence(clash, zone), "room" if isinstance(clash.what, Room) else "speakers")
            for clash in clashes
        ]
        super().__init__(sentence, *more, field=field)


def missing_in_words(lacking: Sequence[Lacking]) -> list[str]:
    """Return a sentence for everything that an event still needs."""
    return [str(MISSING[each]) for each in lacking]


def _sentence(clash: Clash, zone: str) -> str:
    other: Session = clash.other
    facts = {
        "name": say(clash.what, "name"),
        "title": say(other, "title"),
        "span": span_in_words(other.starts_at, other.ends_at, zone),
    }
    if isinstance(clash.what, Room):
        return str(_("%(name)s is taken from %(span)s by “%(title)s”.", **facts))
    return str(_("%(name)s is speaking from %(span)s in “%(title)s”.", **facts))
