"""Addresses of public pages and files, as calendars keep them."""

from flask_babel import get_locale

from forum.links import absolute


def public(endpoint: str, *, is_full: bool = False, **values: str) -> str:
    """Return an absolute address that opens in the language spoken now.

    `is_full` asks for the full titles, where discreet ones are the rule.
    """
    language = str(get_locale() or "en")
    if language != "en":
        values["lang"] = language
    if is_full:
        values["titles"] = "full"
    return absolute(endpoint, **values)
