"""An offer, as the page of whoever it was made to says it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from forum.i18n import _, moment_on_both_clocks
from forum.registration import queries
from forum.registration.models import Offer, OfferState, PairRule, Registration
from forum.registration.my.mode_words import IN_LINE, OFFERED, OFFERED_TO_BOTH


@dataclass(frozen=True)
class OpenOffer:
    """An open offer: what is free, until when, and who of a pair could take it."""

    offer: Offer
    headline: str
    until: Sequence[str]
    is_for_both: bool
    takers: Sequence[Registration]
    """The two of a pair of whom one can take it; empty where there is no choice."""


def open_offer(registration: Registration, *, now: datetime) -> OpenOffer | None:
    """Return what is offered to her now, or None. An offer whose time is over is none."""
    offer = queries.open_offer(registration)
    if offer is None or now >= offer.ends_at:
        return None
    is_for_both = offer.partner_id is not None
    return OpenOffer(
        offer=offer,
        headline=str((OFFERED_TO_BOTH if is_for_both else OFFERED)[offer.mode]),
        until=moment_on_both_clocks(
            offer.ends_at, registration.timezone, registration.event.timezone
        ),
        is_for_both=is_for_both,
        takers=() if is_for_both else _takers(offer),
    )


@dataclass(frozen=True)
class PastOffer:
    """What became of an offer."""

    state: OfferState
    is_by_other: bool
    """The one with her has declined it, and she has said nothing."""
    went_on: bool
    """The place went to the next person."""


def last_offer(registration: Registration, *, now: datetime) -> PastOffer | None:
    """Return what became of the newest offer to her, or None when there never was one."""
    newest = next(iter(queries.offers_of(registration)), None)
    if newest is None:
        return None
    is_late = newest.state == OfferState.OPEN and now >= newest.ends_at
    state = OfferState.LAPSED if is_late else newest.state
    is_by_other = state == OfferState.DECLINED and newest.registration_id != registration.id
    return PastOffer(state, is_by_other, queries.went_on(newest))


def in_line(registration: Registration, number: int | None) -> str:
    """Return for what she waits, with which number, and that two wait together if they do."""
    if registration.waits_for is None:
        return ""
    said = str(IN_LINE[registration.waits_for] % {"number": number})
    if queries.partner_in_line(registration) is None:
        return said
    together = _("You wait together with someone, for two places.")
    return f"{said} {together}"


def _takers(offer: Offer) -> Sequence[Registration]:
    first = offer.registration
    if first.pair_rule != PairRule.EITHER:
        return ()
    others = [each for each in queries.companions(first) if each.waits_for == offer.mode]
    return (first, *others) if others else ()
