"""Who comes with someone, as far as she may know it."""

from forum.care.rules import GONE
from forum.privacy.consents import has_agreed
from forum.privacy.models import ConsentPurpose
from forum.registration import queries
from forum.registration.models import Registration, Source


def known_company(registration: Registration) -> list[Registration]:
    """Return those who come with her, or with whom she comes, and whom her pages may name.

    Anybody can name anybody, and nobody who was registered before comes with her by that. So whom
    she has named at a mailbox of their own she sees once they have said yes: or else her page would
    tell, by naming nobody, who was.
    """
    return [each for each in queries.companions(registration) if may_know(registration, each)]


def may_know(registration: Registration, other: Registration) -> bool:
    """Tell whether the page of someone may name another who is linked to her."""
    return (
        other.companion_of_id != registration.id
        or other.email in {None, registration.email}
        or other.source == Source.ORGANIZER
        or has_agreed(other, ConsentPurpose.REGISTRATION)
    )


def must_agree(registration: Registration) -> bool:
    """Tell whether someone else, who lives, has registered her, and she has said nothing yet."""
    host = registration.companion_of
    is_asked = host is not None and host.care_state not in GONE
    return is_asked and not has_agreed(registration, ConsentPurpose.REGISTRATION)
