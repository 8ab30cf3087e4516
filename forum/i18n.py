"""Words: translation, and days, times and zones as people say them.

Every function takes aware instants and an IANA zone name, and speaks the current language:
the visitor's on a page (`?lang=es`), the attendee's in a mail.
"""

import re
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_date, format_time, get_timezone_location, get_timezone_name
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_app_context, has_request_context, request
from flask_babel import Babel, force_locale, get_locale
from flask_babel.speaklater import LazyString
from jinja2 import pass_context

LANGUAGES = {"en": "English", "es": "Español"}
"""The languages we speak, each by its own name."""
REGIONS = {"en": "en_US", "es": "es_US"}
"""How each writes days and times: "4:30 pm", "4:30 p.m."."""
WRITTEN_IN = "en"
"""The language of the sentences in the code, which needs no catalog."""
HERS = "forum.her_language"
"""Where in the WSGI environment a request keeps the language of the one whose page it is."""
ZONES_KNOWN_BY_NAME = {
    *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    "Europe/London",
}
"""Zones whose name alone says which one is meant; others are said with their city."""
OUR_ZONE_NAMES = {
    "es": {
        "hora oriental": "hora del Este",
        "hora central": "hora del Centro",
        "hora de las Montañas Rocosas": "hora de la Montaña",
    }
}
"""What Spanish media in the United States call the zones that Babel knows by another name."""
HALF_OF_DAY = re.compile(r"(?<=\d) ([ap]\.?\s?m\b|noon\b|del mediodía\b)")
NOON = time(12)
CONTINENTS = {
    *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic"),
    *("Australia", "Europe", "Indian", "Pacific"),
}
"""How the names of zones begin that are places."""


class _Speech(NamedTuple):
    """The language of this moment and its catalog."""

    language: str
    catalog: NullTranslations


_MUTE = _Speech(WRITTEN_IN, NullTranslations())


def start(app: Flask) -> None:
    """Let the application speak. Raises FileNotFoundError when a language has no catalog.

    All are read now, so that processes that are forked later share them.
    """
    for language in LANGUAGES:
        _catalog(language)
    Babel(app, locale_selector=_visitors_language)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the extension's
        gettext=_, ngettext=_counted, newstyle=True
    )
    names: MutableMapping[str, Any] = app.jinja_env.globals
    names.update({each: _ended_once(names[each]) for each in ("gettext", "ngettext")})


def _(text: str, **values: object) -> str:
    """Return a sentence in the current language, its `%(name)s` filled in."""
    said: str = _speech().catalog.ugettext(text)
    return _one_end(said % values) if values else said


def _one_end(said: str) -> str:
    """End a sentence once whose last word is "8:15 a.m."."""
    return said.replace(".m..", ".m.")


def _ended_once(say: Callable[..., str]) -> Callable[..., str]:
    return pass_context(lambda *args, **values: _one_end(say(*args, **values)))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Return the sentence that fits a number, which it may name as `%(num)d`."""
    return _one_end(_counted(one, many, num) % {"num": num, **values})


def _counted(one: str, many: str, num: int) -> str:
    said: str = _speech().catalog.ungettext(one, many, num)
    return said


def lazy(text: str, **values: object) -> LazyString:
    """Return a sentence that chooses its language when it is shown."""
    return LazyString(_, text, **values)


def _speech() -> _Speech:
    """Return what is spoken, looked up once per request and not once per word."""
    if not has_app_context():
        return _MUTE
    speech: _Speech | None = g.get("speech")
    if speech is None:
        language = str(get_locale() or WRITTEN_IN)
        speech = g.speech = _Speech(language, _catalog(language))
    return speech


@cache
def _catalog(language: str) -> NullTranslations:
    """Return a language's sentences as its translators wrote them.

    Made from the written file in 20 ms, once per process: a compiled one could be forgotten, and
    then Spanish would be served as English without a word.
    """
    if language == WRITTEN_IN:
        return NullTranslations()
    folder = Path(__file__).parent / "translations" / language / "LC_MESSAGES"
    with (folder / "messages.po").open("rb") as written:
        catalog = read_po(written, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def _visitors_language() -> str:
    asked = request.args.get("lang", "") if has_request_context() else ""
    return asked if asked in LANGUAGES else usual_language()


def usual_language() -> str:
    """Return the language of this page where its address names none.

    On somebody's own page it is hers (`forum.tongues.read_in`). At the desk it is what the
    organizer has chosen. The desk says so itself (`forum_desk_language`), because it is above.
    """
    if not has_request_context():
        return WRITTEN_IN
    chosen = current_app.extensions.get("forum_desk_language")
    return request.environ.get(HERS) or (chosen() if chosen else None) or WRITTEN_IN


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak another language for a while, such as an attendee's in her mail."""
    with force_locale(language if language in LANGUAGES else WRITTEN_IN):
        before = g.pop("speech", None)
        try:
            yield
        finally:
            g.speech = before


def language_spoken() -> str:
    """Return the code of the language that is spoken now: "en", "es"."""
    return _speech().language


def is_zone(name: str) -> bool:
    """Tell whether this is a time zone of the IANA database."""
    return name in available_timezones()


@cache
def places() -> frozenset[str]:
    """Return the zones of the IANA database that are a region and a city."""
    return frozenset(
        name
        for name in available_timezones()
        if name.partition("/")[0] in CONTINENTS and "/" in name
    )


def may_be_asked(zone: str) -> bool:
    """Tell whether an address may name it: a place, or UTC. So there are only so many addresses."""
    return zone == "UTC" or zone in places()


def visitors_zone() -> str | None:
    """Return the time zone that the address of the visitor's page names, or None."""
    asked = request.args.get("tz", "") if has_request_context() else ""
    return asked if may_be_asked(asked) else None


def day_in_words(at: datetime, zone: str) -> str:
    """Return the day of an instant: "Saturday, April 24, 2027"."""
    return _day(at, zone, _speech().language)


def day_of_year(at: datetime, zone: str) -> str:
    """Return the day of an instant that is near, without its year: "Saturday, April 24"."""
    language = _speech().language
    pattern = "EEEE d 'de' MMMM" if language == "es" else "EEEE, MMMM d"
    return format_date(at.astimezone(ZoneInfo(zone)), pattern, locale=REGIONS[language])


def time_in_words(at: datetime, zone: str) -> str:
    """Return the time of day of an instant: "8:15 am", "12:00 noon"."""
    return _time(at, zone, _speech().language)


def time_beside(at: datetime, zone: str, day: date) -> str:
    """Return "8:15 am", or "Sunday, 8:15 am" where the clock shows another day than `day`."""
    time = time_in_words(at, zone)
    if day_on(at, zone) == day:
        return time
    return _("%(weekday)s, %(time)s", weekday=_weekday(at, zone, _speech().language), time=time)


def day_on(at: datetime, zone: str) -> date:
    """Return the day that the clock of a zone shows at an instant."""
    return at.astimezone(ZoneInfo(zone)).date()


def days_left(until: datetime, zone: str, *, now: datetime) -> int:
    """Return how many midnights there are between two instants on the clock of a zone."""
    return (day_on(until, zone) - day_on(now, zone)).days


def last_day(starts: datetime, ends: datetime, zone: str) -> str:
    """Return the day on which something ends, or nothing where the clock shows that of its start.

    Whatever says when something ends asks here: on another clock a day may become two.
    """
    return "" if day_on(ends, zone) == day_on(starts, zone) else day_in_words(ends, zone)


def span_in_words(starts: datetime, ends: datetime, zone: str) -> str:
    """Return "8:15 am to 4:30 pm", or "8:15 pm to 4:30 am on Sunday, April 25, 2027"."""
    start, end = time_in_words(starts, zone), time_in_words(ends, zone)
    if day := last_day(starts, ends, zone):
        return _("%(start)s to %(end)s on %(day)s", start=start, end=end, day=day)
    return _("%(start)s to %(end)s", start=start, end=end)


def days_in_words(starts: datetime, ends: datetime, zone: str) -> str:
    """Return the day, or "Saturday, April 24, 2027 to Sunday, April 25, 2027".

    What ends at midnight ends with the day before.
    """
    first = day_in_words(starts, zone)
    if last := last_day(starts, ends - timedelta.resolution, zone):
        return _("%(start)s to %(end)s", start=first, end=last)
    return first


def moment_in_words(at: datetime, zone: str) -> str:
    """Return "Monday, January 25, 2027, at 9:00 am, Eastern Time"."""
    return _(
        "%(day)s, at %(time)s, %(zone)s",
        day=day_in_words(at, zone),
        time=time_in_words(at, zone),
        zone=zone_in_words(zone, at),
    )


def moment_on_both_clocks(at: datetime, first: str, second: str) -> list[str]:
    """Return the same on the first clock, then on the second where that differs."""
    zones = [first] if _is_same_clock(at, second, first) else [first, second]
    return [unbroken(moment_in_words(at, zone)) for zone in zones]


def date_in_words(day: date) -> str:
    """Return a bare day: "Monday, January 25, 2027"."""
    return day_in_words(datetime.combine(day, time(12), UTC), "UTC")


def unbroken(text: str) -> str:
    """Return a sentence that keeps the half of the day on the line of its hour."""
    return HALF_OF_DAY.sub("\u00a0\\1", text)


def zone_in_words(zone: str, at: datetime) -> str:
    """Return "Eastern Time", or "Mountain Time (Phoenix)" where the name alone is not enough.

    A zone of no region is said by how far it is from UTC: "UTC", "UTC-5", "UTC+5:30".
    """
    return _zone(zone, at, _speech().language)


def both_zones(starts: datetime, ends: datetime, first: str, second: str) -> list[str]:
    """Return the span said in the first zone, then in the second.

    Which is first: the event's to who comes to the place, else the reader's own.
    One line when both clocks show the same. A line names the day when it is another one, and the
    day of the end where that is not the day of the start.
    """
    return [*_both_zones(starts, ends, first, second, _speech().language)]


@lru_cache(maxsize=4096)
def _both_zones(
    starts: datetime, ends: datetime, first: str, second: str, _language: str
) -> list[str]:
    lines = [_line(starts, ends, first, first)]
    if not _is_same_clock(starts, second, first):
        lines.append(_line(starts, ends, second, first))
    return lines


def _is_same_clock(at: datetime, zone: str, other: str) -> bool:
    return at.astimezone(ZoneInfo(zone)).utcoffset() == at.astimezone(ZoneInfo(other)).utcoffset()


def _line(starts: datetime, ends: datetime, zone: str, day_zone: str) -> str:
    words = _(
        "%(span)s, %(zone)s",
        span=span_in_words(starts, ends, zone),
        zone=zone_in_words(zone, starts),
    )
    if zone != day_zone and day_on(starts, zone) == day_on(starts, day_zone):
        return words
    return _("%(day)s, %(words)s", day=day_in_words(starts, zone), words=words)


@lru_cache(maxsize=4096)
def _day(at: datetime, zone: str, language: str) -> str:
    text = format_date(at.astimezone(ZoneInfo(zone)), "full", locale=REGIONS[language])
    return text.replace(",", "", 1) if language == "es" else text  # "el lunes 25 de enero"


@lru_cache(maxsize=4096)
def _weekday(at: datetime, zone: str, language: str) -> str:
    return format_date(at.astimezone(ZoneInfo(zone)), "EEEE", locale=REGIONS[language])


@lru_cache(maxsize=4096)
def _time(at: datetime, zone: str, language: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    if local.time() == NOON:  # "12:00 pm" is read as midnight by many
        return _("12:00 noon")
    text = format_time(local, "short", locale=REGIONS[language])
    return text.replace("\u202f", " ").replace("\xa0", " ").replace("AM", "am").replace("PM", "pm")


def _is_of_no_region(zone: str, at: datetime) -> bool:
    """Tell whether Babel would say "Unknown Region (UTC) Time"."""
    name = get_timezone_name(at.astimezone(ZoneInfo(zone)).tzinfo, width="long", locale="en")
    return "Unknown" in name


def _from_utc(at: datetime) -> str:
    minutes = (at.utcoffset() or timedelta()) // timedelta(minutes=1)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


@lru_cache(maxsize=4096)
def _zone(zone: str, at: datetime, language: str) -> str:
    if zone == "UTC":
        return "UTC"
    info = ZoneInfo(zone)
    if _is_of_no_region(zone, at):
        if "/" not in zone or zone.startswith("Etc/"):
            return _from_utc(at.astimezone(info))
        return _("%(city)s time", city=zone.rpartition("/")[2].replace("_", " "))
    name = get_timezone_name(at.astimezone(info).tzinfo, width="long", locale=language)
    name = OUR_ZONE_NAMES.get(language, {}).get(name, name)
    city = get_timezone_location(info, locale=language, return_city=True).rpartition("/")[2]
    if "/" in name:  # Babel has no name for a few, such as America/Argentina/Buenos_Aires
        return _("%(city)s time", city=city)
    return name if zone in ZONES_KNOWN_BY_NAME or city in name else f"{name} ({city})"
