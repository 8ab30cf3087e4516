"""What to say to someone who is called: how things are now, whatever has happened before."""

from collections.abc import Mapping
from datetime import datetime

from forum.events.models import EventStatus
from forum.events.words import MODES
from forum.i18n import _, day_in_words, moment_in_words, span_in_words
from forum.registration.models import Offer, Registration, Status


def to_say(person: Registration, offer: Offer | None, numbers: Mapping[int, int]) -> list[str]:
    """Return the sentences, in the desk's language; times are said on her own clock.

    `numbers` are places in lines, by registration.
    """
    event, zone = person.event, person.timezone
    if event.status == EventStatus.CANCELLED:
        return [_("The event is canceled. Nobody needs to come or to call.")]
    if person.status == Status.CANCELLED:
        return [_("They have no place any more: their registration is canceled.")]
    said = [
        _(
            "It is on %(day)s, %(span)s of their clock.",
            day=day_in_words(event.starts_at, zone),
            span=span_in_words(event.starts_at, event.ends_at, zone),
        )
    ]
    if person.status == Status.CONFIRMED:
        said.append(_("They have a place: %(mode)s.", mode=MODES[person.mode]))
    if person.waits_for is not None and person.id in numbers:
        said.append(
            _(
                "They are number %(number)s on the waitlist: %(mode)s.",
                number=numbers[person.id],
                mode=MODES[person.waits_for],
            )
        )
    if offer is not None:
        said.append(_offered(offer, offer.ends_at, zone))
    return said


def _offered(offer: Offer, ends_at: datetime, zone: str) -> str:
    when = moment_in_words(ends_at, zone)
    return _(
        "A place is offered to them: %(mode)s. They can take it by %(when)s of their clock.",
        mode=MODES[offer.mode],
        when=when,
    )
