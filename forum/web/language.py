"""A visitor's language and time zone, carried along in the addresses that we build for her."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import request

from forum.i18n import LANGUAGES, WRITTEN_IN, usual_language, visitors_zone

DESK = frozenset({"accounts", "organizer"})
"""The blueprints of the desk."""
IN_HER_ZONE = frozenset({"registration.register", "registration.registered", "registration.find"})
"""Pages for everyone, besides the public ones, that keep the zone which a stranger has chosen."""


def keep_language(endpoint: str, values: dict[str, object]) -> None:
    """Add `lang` to every address we build that would else be read in another language.

    For `url_defaults`. Static files are the same in every language. The desk keeps the language
    that an organizer has chosen, and her own pages hers; the pages for everyone read it in the
    address alone.
    """
    if endpoint == "static" or "lang" in values:
        return
    blueprint = endpoint.partition(".")[0]
    is_somebodys = blueprint in DESK or (blueprint == "registration" and "token" in values)
    values.update(_said(usual_language() if is_somebodys else WRITTEN_IN))


def keep_zone(endpoint: str, values: dict[str, object]) -> None:
    """Add `tz` to the address of every page for everyone while the visitor's own names a zone.

    For `url_defaults`. A page of one person says times in the zone of her registration.
    """
    is_for_everyone = endpoint.startswith("events.") or endpoint in IN_HER_ZONE
    if is_for_everyone and "tz" not in values and (zone := visitors_zone()):
        values["tz"] = zone


def in_same_language(path: str) -> str:
    """Return a path of the desk with the visitor's language, unless it names one itself."""
    language, query = _said(usual_language()), urlsplit(path).query
    if not language or "lang" in parse_qs(query):
        return path
    return f"{path}{'&' if query else '?'}{urlencode(language)}"


def _said(usual: str) -> Mapping[str, str]:
    """Return what an address says of the visitor's language, where `usual` is read without."""
    if not request:
        return {}
    asked = request.args.get("lang", "")
    lang = asked if asked in LANGUAGES else usual_language()
    return {} if lang == usual else {"lang": lang}
