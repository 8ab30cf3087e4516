"""A visitor's language, carried along in the addresses that we build for her."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import request

from forum.i18n import LANGUAGES


def keep_language(endpoint: str, values: dict[str, object]) -> None:
    """Add `lang` to every address we build while the visitor reads in another language.

    For `url_defaults`. Static files are the same in every language.
    """
    if endpoint != "static" and "lang" not in values:
        values.update(_chosen())


def in_same_language(path: str) -> str:
    """Return a path with the visitor's language, unless it names one itself."""
    language, query = _chosen(), urlsplit(path).query
    if not language or "lang" in parse_qs(query):
        return path
    return f"{path}{'&' if query else '?'}{urlencode(language)}"


def _chosen() -> Mapping[str, str]:
    lang = request.args.get("lang", "") if request else ""
    return {"lang": lang} if lang in LANGUAGES and lang != "en" else {}
