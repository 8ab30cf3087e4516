"""Whether her own pages say full titles: by her emails' choice, or for one link on one device."""

from flask import has_request_context
from flask import session as cookie  # noqa: TID251 - the browser's, not an agenda's

from forum.fingerprint import fingerprint
from forum.registration.models import Registration

KEPT_AS = "full_titles"


def shows_full(registration: Registration) -> bool:
    """Tell whether pages behind this link say full titles on this device."""
    kept = cookie.get(KEPT_AS, ()) if has_request_context() else ()
    return not registration.is_discreet or link_of(registration) in kept


def remember(registration: Registration, *, is_full: bool) -> None:
    """Keep on this device what pages behind this link say; a new link begins neutrally."""
    others = [each for each in cookie.get(KEPT_AS, ()) if each != link_of(registration)]
    cookie[KEPT_AS] = [*others, link_of(registration)] if is_full else others


def link_of(registration: Registration) -> str:
    """Return what tells this link from others, also those that the same person had before."""
    return fingerprint(registration.public_id, registration.link_version)
