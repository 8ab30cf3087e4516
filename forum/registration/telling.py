"""How attendees are told: through the outbox, once for each occasion."""

from datetime import datetime

from forum.outbox.actions import post
from forum.registration.models import Registration


def tell(email: str, registration: Registration, occasion: str, *, now: datetime) -> None:
    """Post an email about a registration; one who has no address is called by a human.

    `occasion` makes a second telling of the same harmless: an hour, or a sequence number.
    """
    if registration.email:
        post(email, registration, once=f"{email}:{registration.public_id}:{occasion}", now=now)


def this_hour(now: datetime) -> str:
    """Return the occasion of what may be told again, but at most hourly."""
    return f"{now:%Y%m%d%H}"
