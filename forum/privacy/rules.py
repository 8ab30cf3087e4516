"""How long we keep what. Pure: the page that says so and the purge that does it both ask here."""

from datetime import datetime, timedelta

ANSWERS = timedelta(days=30)
"""After the event: what is sealed of a registration; and what a mail server answered."""
UNINVITED = timedelta(days=90)
"""After the event: everything about someone who did not ask for the next invitation."""
INVITED = timedelta(days=396)
"""After the event, or after she last said so: everything about someone who did. Thirteen months:
the next forum is within."""
INVITED_MONTHS = 13
MESSAGES = timedelta(days=90)
"""After the event: which emails were sent. Those to organizers: after they were written."""
ADDRESS_CHANGES = timedelta(days=30)
SIGN_INS = timedelta(days=30)
"""After it ended: an organizer's sign-in, and the link that led to it."""
ATTEMPTS = timedelta(days=1)
HISTORY = timedelta(days=6 * 365 + 2)
"""Six years: as long as US law wants it documented who saw health data (45 CFR 164.316(b)(2))."""
HEARTBEATS = timedelta(days=1)
BACKUPS = timedelta(days=35)
PURGES = timedelta(hours=23)
"""How often a worker purges: once a day, and not later from day to day."""
SKEW = timedelta(hours=1)
"""So far ahead of ours may another machine's clock be. What is noted later than that was noted
under a clock that was wrong."""


LONGEST_SLIP = timedelta(days=400)
"""A year that was mistyped, and some: so much later than it was seen over may an event count."""
FEW = 20
"""So many people may go in one purge without a question."""
SHARE = 0.5
"""The part of all registrations that may go in one purge without a question."""


def kept_from(latest_end_at: datetime, *, seen_over_at: datetime) -> datetime:
    """Return from when we count how long something of an event is kept.

    From the latest end that it ever had, because an earlier one may be a slip; but not from years
    ahead, which may be one too; and never from before it was first seen over.
    """
    return max(seen_over_at, min(latest_end_at, seen_over_at + LONGEST_SLIP))


def is_too_many(number: int, everybody: int) -> bool:
    """Tell whether so many people of all may not go in one purge without a question."""
    return number > FEW and number > everybody * SHARE


def invited_until(ended_at: datetime, agreed_at: datetime) -> datetime:
    """Return how long someone may be invited again, counted from the event or her later word."""
    return max(ended_at, agreed_at) + INVITED
