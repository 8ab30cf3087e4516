"""Texts that are there once or in both languages, and how each reader is told one.

A text of the programme has a column of its own. Where there is a second one, in Spanish, it stands
under the column's name in `in_spanish` of the row, and the column's own is the English one. A text
that is not in the reader's language is marked with its own, and said to be there in that one only.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple, Self

from flask import g, has_request_context, request
from flask_babel import refresh
from markupsafe import Markup
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import Facts
from forum.i18n import HERS, LANGUAGES, WRITTEN_IN, _, language_spoken, lazy, visitors_zone

SECOND = "es"
ONLY = {"en": lazy("in English only"), "es": lazy("in Spanish only")}
"""What is said beside a text that is there in one language, and not in the reader's."""


class Both(NamedTuple):
    """The same text in both languages."""

    en: str
    es: str


Text = str | Both
"""A text of which there is one, in whatever language, or two."""


class Spoken(str):
    """A text as a reader is told it, with the language that it is in."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str) -> Self:
        """Keep both."""
        spoken = super().__new__(cls, text)
        spoken.language = language
        return spoken

    def through(self, change: Callable[[str], str]) -> "Spoken":
        """Return what a function makes of the text; it stays in its language."""
        return Spoken(change(self), self.language)


class Bilingual:
    """A row whose texts may be there in Spanish, too."""

    in_spanish: Mapped[Facts | None]
    """Its texts in Spanish by column, where there is one beside the English text. None: none."""


class Titled(Bilingual):
    """What has titles and a description, and is held in one language."""

    title: Mapped[str]
    """The full title, which may name the illness."""
    quiet_title: Mapped[str]
    """The discreet title, for whoever has not asked for full ones."""
    description: Mapped[str] = mapped_column(default="")
    """What it is about, in a few sentences; it may name the illness. Empty when unsaid."""
    language: Mapped[str] = mapped_column(default="en")
    """The one that is spoken: "en" or "es". A text of which there is only one is in it."""


TOLD = ("title", "quiet_title", "description", "in_spanish")
"""What an event of one session has in common with it."""


def text(row: Bilingual, column: str) -> Text:
    """Return a text of a row as a programme file has it; without a first text, no second."""
    own = getattr(row, column)
    spanish = (row.in_spanish or {}).get(column)
    return Both(own, spanish) if own and spanish else own


def columns(texts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that keep these texts, and `in_spanish`; other values stay."""
    spanish = {name: each.es for name, each in texts.items() if isinstance(each, Both)}
    own = {name: each.en if isinstance(each, Both) else each for name, each in texts.items()}
    return {**own, "in_spanish": spanish or None}


def say(row: Bilingual, column: str, language: str | None = None) -> Spoken:
    """Return a text of a row in a language, by default the one that is spoken."""
    stated = text(row, column)
    if isinstance(stated, str):
        return Spoken(stated, getattr(row, "language", WRITTEN_IN))
    return spoken(stated, language or language_spoken())


def is_renamed(what: Titled, language: str | None = None) -> bool:
    """Tell whether the discreet title is another one than the full one to such a reader."""
    return say(what, "quiet_title", language) != say(what, "title", language)


def spoken(
    stated: Text | Mapping[str, str], language: str, *, alone_in: str = WRITTEN_IN
) -> Spoken:
    """Return a text in a language, or else the only one that there is, which is in `alone_in`.

    A mapping is a text in both languages as JSON has it.
    """
    if isinstance(stated, str):
        return Spoken(stated, alone_in)
    both = stated if isinstance(stated, Both) else Both(**stated)
    return Spoken(both.es, SECOND) if language == SECOND else Spoken(both.en, WRITTEN_IN)


def missing(text: str) -> str:
    """Return "in English only" for a text that is not in the language spoken, or nothing."""
    if not isinstance(text, Spoken) or text.language == language_spoken():
        return ""
    return str(ONLY[text.language])


def noted(text: str) -> str:
    """Return a text that says behind itself if it is in another language than the one spoken."""
    note = missing(text) if text else ""
    return f"{text} ({note})" if note else text


def printed(text: str) -> str:
    """Return a text for a page, line by line, with its language where that is another one."""
    lines = Markup("<br>\n").join(text.split("\n")) if "\n" in text else text
    if not isinstance(text, Spoken) or text.language == language_spoken():
        return lines
    return Markup('<span lang="{}">{}</span>').format(text.language, lines)


def only(text: str) -> str:
    """Return the note beside a text on a page, or nothing."""
    note = missing(text) if text else ""
    return Markup(' <span class="small">({})</span>').format(note) if note else ""


FILTERS: dict[str, Callable[..., str]] = {"printed": printed, "only": only, "said": say}
"""What templates ask for."""


KEPT_AS = "forum.readers_zone"
"""Where in the WSGI environment a personal page keeps the zone of whose it is."""
_ZONE: ContextVar[str] = ContextVar("readers_zone", default="")


@contextmanager
def reading_in(zone: str) -> Iterator[None]:
    """Say numbers for a while as they are dialed in a time zone, such as the reader's of a mail."""
    before = _ZONE.set(zone)
    try:
        yield
    finally:
        _ZONE.reset(before)


def read_in(zone: str, language: str = "") -> None:
    """Say this page as the one reads whose it is.

    Numbers are as they are dialed in her time zone; words in her language, unless the address
    names another.
    """
    if not has_request_context():
        return
    request.environ[KEPT_AS] = zone
    if language in LANGUAGES:
        request.environ[HERS] = language
        g.pop("speech", None)
        refresh()


def readers_zone() -> str:
    """Return the zone of whoever reads, as far as it is known; "" where it is not."""
    own = request.environ.get(KEPT_AS, "") if has_request_context() else ""
    return _ZONE.get() or own or visitors_zone() or ""


def kept(text: str) -> str:
    """Return a sentence as it is kept for later: in no reader's language. `said_anew` says it."""
    return text


def said_anew(sentence: str | None) -> str:
    """Return a sentence that was kept, in the current language.

    What another program has said, behind a colon, stays as it is.
    """
    begin, colon, rest = (sentence or "").partition(": ")
    if colon:
        ours = f"{begin}:"
        return " ".join((_(ours), rest))
    return _(begin) if begin else ""
