"""Whether her own page asks about the time zone of her device: once for a link on one device."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import session as cookie  # noqa: TID251 - the browser's, not an agenda's

from forum.events.times import Times, utc
from forum.i18n import both_zones, zone_in_words
from forum.registration.models import Registration
from forum.registration.my.titles_page import link_of

KEPT_AS = "zone_kept"


@dataclass(frozen=True)
class ZoneQuestion:
    """The zone that her page says times in, its name, and when another clock would differ.

    `names` are those of the zones that many devices have; any other is named by its city.
    """

    zone: str
    name: str
    moments: str
    names: Sequence[tuple[str, str]]


def zone_question(registration: Registration) -> ZoneQuestion | None:
    """Return what to ask; None where she has said on this device that it stays as it is.

    None as well where times stand on two clocks already: one of them would have to go.
    """
    if link_of(registration) in cookie.get(KEPT_AS, ()):
        return None
    event, zone = registration.event, registration.timezone
    if len(both_zones(event.starts_at, event.ends_at, *registration.clocks)) > 1:
        return None
    return ZoneQuestion(
        zone=zone,
        name=zone_in_words(zone, event.starts_at),
        moments=f"{utc(event.starts_at)} {utc(event.ends_at)}",
        names=Times(event.timezone, None).options(event.starts_at),
    )


def keep_zone(registration: Registration) -> None:
    """Remember on this device that the zone stays; a new link asks again."""
    cookie[KEPT_AS] = [*cookie.get(KEPT_AS, ()), link_of(registration)]
