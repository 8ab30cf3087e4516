"""How the desk says reminder rules: when, for whom, with which texts."""

from datetime import UTC, date, datetime, time

from forum.events.words import MODES, titled
from forum.i18n import _, lazy, ngettext, time_in_words
from forum.organizer.words import ROLES
from forum.registration.models import Role
from forum.reminders.models import Block, Reminder
from forum.reminders.rules import lead_time

MINUTES_A_DAY = 24 * 60
UNITS = {"days": lazy("days"), "hours": lazy("hours"), "minutes": lazy("minutes")}
BLOCKS = {
    Block.GETTING_THERE: (
        lazy("Getting there"),
        lazy("To plan the way there and back, with time to rest. For those who come."),
    ),
    Block.HELP: (
        lazy("Help on the way"),
        lazy("To tell us of a seat near the door or a wheelchair. For those who come."),
    ),
    Block.BRING: (
        lazy("What to bring"),
        lazy("Medicines, a warm layer, and that masks are welcome. For those who come."),
    ),
    Block.DEVICE: (
        lazy("The device and its sound"),
        lazy("What is needed to watch, and to try the sound. For those who watch online."),
    ),
    Block.BY_PHONE: (
        lazy("Listening by phone"),
        lazy("When to call, and to keep the number near. Online: if the picture stops."),
    ),
    Block.PACE: (
        lazy("At their own pace"),
        lazy("That they may come late, rest, or leave early."),
    ),
    Block.ANOTHER_WAY: (
        lazy("Take part another way"),
        lazy("That whoever does not feel well enough to come can watch instead."),
    ),
    Block.SESSIONS: (
        lazy("Their sessions"),
        lazy("The sessions with limited places that they have chosen, with time and room."),
    ),
}
"""What each text is called, and what it says."""


def lead_in_words(reminder: Reminder) -> str:
    """Return "7 days before, at 10:00 am" of whoever gets it, or "90 minutes before"."""
    minutes = round(lead_time(reminder.lead).total_seconds() / 60)
    if minutes % MINUTES_A_DAY == 0:
        number = minutes // MINUTES_A_DAY
        lead = ngettext("%(num)s day before", "%(num)s days before", number)
    elif minutes % 60 == 0:
        lead = ngettext("%(num)s hour before", "%(num)s hours before", minutes // 60)
    else:
        lead = ngettext("%(num)s minute before", "%(num)s minutes before", minutes)
    if reminder.local_time is None:
        return lead
    at = datetime.combine(date.min, time.fromisoformat(reminder.local_time), UTC)
    shown = time_in_words(at, "UTC")
    return _("%(lead)s, at %(time)s of their own clock", lead=lead, time=shown)


def audience_in_words(reminder: Reminder) -> str:
    """Return whom a rule is for: "Online, By phone; Loved one; those who wait for a place"."""
    parts = []
    if reminder.modes is not None:
        parts.append(", ".join(str(MODES[mode]) for mode in MODES if mode in reminder.modes))
    if reminder.roles is not None:
        parts.append(", ".join(str(ROLES[role]) for role in Role if role in reminder.roles))
    if reminder.session is not None:
        title = titled(reminder.session)
        parts.append(
            _("those who wait for a place in “%(title)s”", title=title)
            if reminder.is_for_waitlist
            else _("those with a place in “%(title)s”", title=title)
        )
    elif reminder.is_for_waitlist:
        parts.append(_("those who wait for a place"))
    return "; ".join(parts) or _("Everyone with a place")


def texts_in_words(reminder: Reminder) -> str:
    """Return which texts a rule brings."""
    named = []
    if reminder.blocks is not None:
        named = [str(name) for block, (name, _hint) in BLOCKS.items() if block in reminder.blocks]
    elif not reminder.is_for_waitlist:
        named = [_("The texts that fit this long before the start")]
    if reminder.words:
        named.append(_("Your own words"))
    return ", ".join(named) or _("No practical texts")
