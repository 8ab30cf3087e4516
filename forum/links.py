"""Addresses: absolute links, and the signed tokens of personal ones.

A token names its purpose, the registration's public id and a version; it is signed, not stored,
so that it can be written into a mail when the mail is sent. Raising the version in the
registration revokes every link given out before.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlsplit

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.routing import MapAdapter

from forum.config import current_settings
from forum.errors import Missing
from forum.sealed import Unreadable, seal, unseal

CARRIED_FOR = timedelta(hours=2)
"""How long an address shows again what was typed."""


class Linked(Protocol):
    """What a personal link needs to know of a registration."""

    public_id: str
    language: str
    link_version: int
    feed_version: int


def absolute(endpoint: str, **values: object) -> str:
    """Return the full address of a page, from `FORUM_BASE_URL` and never from a Host header."""
    return _addresses(current_settings().base_url).build(endpoint, values, force_external=True)


def token(purpose: str, public_id: str, version: int) -> str:
    """Return a signed token for a purpose such as `my`, `feed` or `unsubscribe`."""
    return str(_signer(purpose).dumps([public_id, version]))


def read_token(purpose: str, text: str) -> tuple[str, int]:
    """Return the public id and version in a token. Raises Missing for anything we did not sign."""
    try:
        public_id, version = _signer(purpose).loads(text)
    except (BadSignature, ValueError, TypeError):
        raise Missing from None
    return public_id, version


def my_token(registration: Linked) -> str:
    """Return the token that opens this person's registration."""
    return token("my", registration.public_id, registration.link_version)


def feed_token(registration: Linked) -> str:
    """Return the token that only reads this person's calendar."""
    return token("feed", registration.public_id, registration.feed_version)


def feed_link(registration: Linked, name: str = "calendar") -> str:
    """Return the address of this person's calendar feed, which a calendar calls by its `name`."""
    return absolute("calendars.personal", token=feed_token(registration), name=name)


def date_link(registration: Linked) -> str:
    """Return the address of this person's own entry, to keep."""
    return absolute("calendars.personal_date", token=feed_token(registration))


def carry(text: str, place: str, *, now: datetime) -> str:
    """Return what was typed in letters fit for an address, which nobody else can read.

    So a page that is made from it has an address, and Back leads to it again. `place` is the page,
    or the page and the reader: it opens nowhere else.
    """
    stamped = f"{now.timestamp():.0f} {text}"
    return seal(stamped, f"carried:{place}", current_settings().data_keys).rstrip("=")


def carried(letters: str, place: str, *, now: datetime) -> str | None:
    """Return what `carry` was given for this place; None once its time is over, or for nonsense."""
    padding = "=" * (-len(letters.partition(".")[2]) % 4)
    try:
        stamped = unseal(letters + padding, f"carried:{place}", current_settings().data_keys)
    except (Unreadable, ValueError):
        return None
    stamp, _space, text = stamped.partition(" ")
    made = datetime.fromtimestamp(int(stamp), UTC)
    return text if now - made < CARRIED_FOR else None


def dead_token() -> str:
    """Return a token that looks like any other and opens nothing, for previews."""
    return token("preview", "0" * 22, 1)


def unsubscribe_link(registration: Linked, purpose: str = "unsubscribe") -> str:
    """Return the one-click address that stops reminders, or what `purpose` names (RFC 8058)."""
    text = token(purpose, registration.public_id, registration.link_version)
    return _unsubscribe(text, registration.language)


def dead_unsubscribe_link(language: str) -> str:
    """Return what looks like such an address and stops nothing."""
    return _unsubscribe(dead_token(), language)


def _unsubscribe(text: str, language: str) -> str:
    said = {} if language == "en" else {"lang": language}
    return absolute("registration.unsubscribe", token=text, **said)


def _addresses(base_url: str) -> MapAdapter:
    """Return what makes addresses under a base, made once for an application."""
    made: dict[str, MapAdapter] = current_app.extensions.setdefault("forum_addresses", {})
    if base_url not in made:
        base = urlsplit(base_url)
        made[base_url] = current_app.url_map.bind(base.netloc, url_scheme=base.scheme)
    return made[base_url]


def _signer(purpose: str) -> URLSafeSerializer:
    return _signer_with(purpose, current_settings().secret_keys)


@lru_cache(maxsize=32)
def _signer_with(purpose: str, newest_first: tuple[str, ...]) -> URLSafeSerializer:
    return URLSafeSerializer(list(reversed(newest_first)), salt=f"forum.{purpose}")
