"""A place that is offered, as its reader takes it: on her page, or while she is on the phone."""

from datetime import datetime

from forum.accounts.models import Organizer
from forum.i18n import language_spoken
from forum.privacy import actions as privacy
from forum.privacy.models import ConsentPurpose
from forum.registration.company_queries import must_agree
from forum.registration.models import Offer, Registration, Status
from forum.registration.places import waiting


def accept(
    offer: Offer,
    person: Registration,
    taker: Registration | None,
    *,
    now: datetime,
    by: Organizer | None = None,
) -> None:
    """Take the place for whoever says so. Was she registered by another, that is her yes to it.

    The words to which she agrees stand beside the button. `taker` as in `waiting.accept`, whose
    refusals it raises; of the other one of a pair nobody knows what he says.
    """
    waiting.accept(offer, now=now, by=by, taker=taker)
    is_hers = person.status == Status.CONFIRMED and person.mode == offer.mode
    if is_hers and must_agree(person):
        purpose, language = ConsentPurpose.REGISTRATION, language_spoken()
        privacy.record(person, purpose, now=now, language=language)
