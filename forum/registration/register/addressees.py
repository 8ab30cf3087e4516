"""Whom we have just written to, kept on the device that registered: pages' addresses name nobody.

It stands sealed in the browser's own cookie, beside the receipt that it belongs to.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import session as cookie  # noqa: TID251 - the browser's, not an agenda's

from forum.config import current_settings
from forum.registration.requests import Request
from forum.sealed import Unreadable, seal, unseal

KEPT_AS = "addressees"
SHOWN_FOR = timedelta(hours=1)
"""Others may use the device after her."""


@dataclass(frozen=True)
class Addressee:
    """One to whom an email is on its way."""

    name: str
    email: str


@dataclass(frozen=True)
class Addressees:
    """Everybody whom a form has brought, the asker first, and the form's key."""

    form_key: str
    people: tuple[Addressee, ...]


def of(request: Request) -> Addressees:
    """Return whom a request will have written to. Call it for one with an address."""
    own = Addressee(request.name, request.email or "")
    other = request.companion
    beside = [Addressee(other.name, other.email or own.email)] if other else []
    return Addressees(request.form_key or "", (own, *beside))


def corrected(known: Addressees, email: str, *, with_companion: bool) -> Addressees:
    """Return the same people with another address for the asker, and for who shares hers if so."""
    asker, *others = known.people
    beside = (
        Addressee(each.name, email if with_companion and each.email == asker.email else each.email)
        for each in others
    )
    return Addressees(known.form_key, (Addressee(asker.name, email), *beside))


def keep(receipt: str, known: Addressees, *, now: datetime) -> None:
    """Keep on this device to whom the receipt's emails go; the last receipt only."""
    people = [[each.name, each.email] for each in known.people]
    text = json.dumps([(now + SHOWN_FOR).timestamp(), known.form_key, people])
    cookie[KEPT_AS] = seal(text, _place(receipt), current_settings().data_keys)


def kept(receipt: str, *, now: datetime) -> Addressees | None:
    """Return to whom this receipt's emails go, for an hour on the device that registered."""
    sealed = cookie.get(KEPT_AS)
    if not sealed:
        return None
    try:
        until, form_key, people = json.loads(
            unseal(sealed, _place(receipt), current_settings().data_keys)
        )
    except (Unreadable, ValueError):
        return None
    if now.timestamp() > until:
        return None
    return Addressees(form_key, tuple(Addressee(*each) for each in people))


def _place(receipt: str) -> str:
    return f"addressees:{receipt}"
