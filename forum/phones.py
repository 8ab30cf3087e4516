"""Phone numbers, as people type them and as we keep them. Pure.

A number is kept as E.164, its extension as in RFC 3966 (`;ext=12`), then a space and whatever was
typed around it: "call my daughter 617 555 0199" is kept as "+16175550199 call my daughter".
"""

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberMatcher

HOME_REGION = "US"
"""Whose phone numbers need no country code."""
_AROUND = " \t()[]{},;:.-/"
"""What stands between a number and words, and says nothing."""
_EXTENSION = ";ext="


def kept_phone(text: str) -> str | None:
    """Return what was typed as it is kept; None where there is no number that can be called."""
    found = next(iter(PhoneNumberMatcher(text, HOME_REGION)), None)
    if found is not None:
        around = text[: found.start].strip(_AROUND), text[found.end :].strip(_AROUND)
        said = " ".join(" ".join(around).split())
        return f"{_number(found.number)} {said}".strip()
    try:
        number = phonenumbers.parse(text, HOME_REGION)  # letters on keys, such as 1-800-FLOWERS
    except phonenumbers.NumberParseException:
        return None
    return _number(number) if phonenumbers.is_valid_number(number) else None


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


def _spaced(number: PhoneNumber) -> str:
    if number.country_code != phonenumbers.country_code_for_region(HOME_REGION):
        return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    digits = str(phonenumbers.national_significant_number(number))
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"


def _number(number: PhoneNumber) -> str:
    text = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{text}{_EXTENSION}{number.extension}" if number.extension else text
