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


def invited_until(ended_at: datetime, agreed_at: datetime) -> datetime:
    """Return how long someone may be invited again, counted from the event or her later word."""
    return max(ended_at, agreed_at) + INVITED
