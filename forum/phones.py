"""Phone numbers, as people type them and as we keep them. Pure.

A number is kept as E.164, its extension as in RFC 3966 (`;ext=12`), then a space and whatever was
typed around it: "call my daughter 617 555 0199" is kept as "+16175550199 call my daughter".
"""

import re

import phonenumbers
from babel.core import get_global
from markupsafe import Markup, escape
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberMatcher

HOME_REGION = "US"
"""Whose phone numbers need no country code."""
_AROUND = " \t()[]{},;:.-/"
"""What stands between a number and words, and says nothing."""
_EXTENSION = ";ext="
_PIECE = re.compile(r"[\d\s()+.\-/]+")
_FEWEST = 3
"""Digits from which on somebody seems to look for a number."""
_ABROAD = re.compile(r"(?<![\d+])00(?=[1-9])")
"""What people dial in most countries before the code of another."""
_IN_TEXT = re.compile(
    r"(?<![\w+.-])(?:\+1 |\+?1-)?(\d{3}-\d{3}-\d{4})(?: ext\. (\d+))?(?![\w-])"
    r"|(\+\d[\d ]{5,13}\d\d)\b"
)
"""A number as we write it: "617-555-0142", "+1 617-555-0142 ext. 12", "+44 20 7946 0958".

No number ends in a digit alone: what follows it may be an hour.
"""
_MARKUP = re.compile(r"(<(?:a|title|style)\b.*?</(?:a|title|style)>|<[^>]*>)", re.DOTALL)
"""What is no text on a page, or leads somewhere already."""


def meanings(text: str, zone: str) -> list[str]:
    """Return what was typed as it may be kept: several where nobody can tell which it is.

    Whoever lives in another country may type a number as it is dialed there, or at home; `zone` is
    her time zone. Nothing where there is no number that can be called.
    """
    regions = (HOME_REGION, _region(zone))
    typed = [text, _ABROAD.sub("+", text, count=1)]
    for each in typed:  # as it is first: the two zeros may be of something else
        found = [kept_phone(each, region) for region in regions if region]
        if any(found):
            return list(dict.fromkeys(kept for kept in found if kept))
    return []


def whole(kept: str) -> str:
    """Return a kept number alone, with the code of its country: "+1 617-555-0142"."""
    words = phone_in_words(dialed(kept))
    return words if words.startswith("+") else f"+1 {words}"


def needs_code(zone: str) -> bool:
    """Tell whether our numbers are dialed with the code of their country in a time zone."""
    return bool(zone) and _region(zone) is not None


def _region(zone: str) -> str | None:
    """Return the country of a time zone, where its numbers are not dialed as ours are."""
    zone = get_global("zone_aliases").get(zone, zone)
    region: str | None = get_global("zone_territories").get(zone)
    code = phonenumbers.country_code_for_region(region) if region else 0
    return region if code not in {0, phonenumbers.country_code_for_region(HOME_REGION)} else None


def kept_phone(text: str, region: str = HOME_REGION) -> str | None:
    """Return what was typed as it is kept; None where there is no number that can be called.

    Without a country's code it is a number of the region.
    """
    found = next(iter(PhoneNumberMatcher(text, region)), None)
    if found is not None:
        around = text[: found.start].strip(_AROUND), text[found.end :].strip(_AROUND)
        said = " ".join(" ".join(around).split())
        return f"{_number(found.number)} {said}".strip()
    try:
        number = phonenumbers.parse(text, region)  # letters on keys, such as 1-800-FLOWERS
    except phonenumbers.NumberParseException:
        return None
    return _number(number) if phonenumbers.is_valid_number(number) else None


def is_part_of_number(text: str) -> bool:
    """Tell whether what was typed looks like a piece of a number, and is none that can be called.

    Numbers are found by a keyed code of the whole: a piece finds nobody.
    """
    bare = _PIECE.fullmatch(text.strip()) is not None
    return bare and sum(map(str.isdigit, text)) >= _FEWEST and kept_phone(text) is None


def dialed(kept: str) -> str:
    """Return the number alone, as E.164; two people who have it are reached at one place."""
    return phone_link(kept).partition(_EXTENSION)[0]


def phone_link(kept: str) -> str:
    """Return what a telephone dials, for an address that begins with "tel:" (RFC 3966)."""
    return kept.partition(" ")[0]


def phone_in_words(kept: str) -> str:
    """Return a kept number as it is dialed, and what was said with it.

    "617-555-0142", "+44 20 7946 0958" from abroad, "617-555-0142 ext. 12 (call my daughter)".
    """
    link, _space, said = kept.partition(" ")
    number, _begin, extension = link.partition(_EXTENSION)
    try:
        parsed = phonenumbers.parse(number, HOME_REGION)
    except phonenumbers.NumberParseException:
        return kept
    words = _spaced(parsed)
    if extension:
        words += f" ext. {extension}"
    return f"{words} ({said})" if said else words


def tappable(text: str) -> Markup:
    """Return a text for a page, in which each number that we wrote calls when it is tapped."""
    parts = _MARKUP.split(str(escape(text)))
    parts[::2] = [_IN_TEXT.sub(_tapped, part) for part in parts[::2]]
    return Markup("".join(parts))  # noqa: S704 - escaped above, and links of ours


def _tapped(found: re.Match[str]) -> str:
    home, extension, abroad = found.groups()
    dialed = f"+1{home.replace('-', '')}" if home else abroad.replace(" ", "")
    behind = f"{_EXTENSION}{extension}" if extension else ""
    return f'<a class="number" href="tel:{dialed}{behind}">{found[0]}</a>'


def _spaced(number: PhoneNumber) -> str:
    if number.country_code != phonenumbers.country_code_for_region(HOME_REGION):
        return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    digits = str(phonenumbers.national_significant_number(number))
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"


def _number(number: PhoneNumber) -> str:
    text = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{text}{_EXTENSION}{number.extension}" if number.extension else text
