"""What an email says of the calendar entry that it brings, and of how changes reach it."""

from forum.emails.kinds import CalendarMethod
from forum.i18n import _


def new_entry(calendar: CalendarMethod | None, *, is_quiet: bool) -> str:
    """Return what comes along for someone who has a place now; "" where nothing does.

    `is_quiet`: she gets no emails for now, and is promised none.
    """
    if calendar == CalendarMethod.REQUEST:
        said = _("The date is attached for your calendar, and we keep it right.")
        quiet = _("The date is attached for your calendar.")
        once = _("If you have added the date from our site before, please delete that one.")
        return f"{quiet if is_quiet else said} {once}"
    if calendar == CalendarMethod.PUBLISH:
        as_file = _("The date is attached as a file for your calendar.")
        return f"{as_file} {_follows(is_quiet)}"
    return ""


def changed_entry(calendar: CalendarMethod | None, *, is_quiet: bool) -> str:
    """Return how a change of her day reaches her calendar."""
    if calendar == CalendarMethod.REQUEST:
        return _("Your date is attached for your calendar. It replaces the old one.")
    if calendar == CalendarMethod.PUBLISH:
        said = _("A new calendar file is attached. Please add it in place of the old one.")
        return f"{said} {_follows(is_quiet)}"
    return _("If you put the date into your calendar yourself, please change it there.")


def _follows(is_quiet: bool) -> str:  # noqa: FBT001 - said once, right here
    """Return how she learns of changes whose calendar no email of ours changes."""
    if is_quiet:
        return _("The calendar address on your page shows changes.")
    said = _("We will email you if something changes.")
    feed = _("The calendar address on your page also shows changes.")
    return f"{said} {feed}"
