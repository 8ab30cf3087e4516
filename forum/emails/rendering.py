"""An email's folder of templates, filled in: `subject.txt`, `body.txt` and `body.html`.

Mails of one occasion differ in a name and a few links. So the words are made once for all who
share their particulars, with placeholders where the personal parts go, and then filled in for each.
"""

import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from forum.addresses import one_line
from forum.config import current_settings
from forum.emails.particulars import Particulars
from forum.emails.practical import advice, join_day, own_words, tomorrow
from forum.i18n import _, ngettext, speaking
from forum.links import absolute
from forum.phones import tappable
from forum.tongues import reading_in

KEPT_FORMS = 512

_pages = Environment(
    loader=PackageLoader("forum", "templates"),
    autoescape=select_autoescape(["html"], default=False),
    extensions=["jinja2.ext.i18n"],
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_pages.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
    _, ngettext, newstyle=True
)
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False)


@dataclass(frozen=True, slots=True)
class LetterWords:
    """The three texts of an email."""

    subject: str
    text: str
    html: str


class Personal(NamedTuple):
    """What only one reader's email says; everything else is said to many alike.

    `host` is who registered her, `company` who stays registered when she cancels. `address_token`
    opens the page that confirms a new address, and `address_hint` is the new one as its owner
    knows it. `agreed_on` is the day on which she asked to be invited, and `kept_until` the one
    until which that counts.
    """

    name: str
    my_token: str
    stop_link: str = ""
    host: str = ""
    company: str = ""
    address_token: str = ""
    address_hint: str = ""
    agreed_on: str = ""
    kept_until: str = ""


PLACEHOLDERS = Personal(*(f"x{secrets.token_hex(12)}x" for _field in Personal._fields))
"""Texts that no text contains, where the personal parts go."""
_PLACEHOLDER = re.compile("|".join(PLACEHOLDERS))
_GAPS = re.compile(r"\n(?:[ \t]*\n){2,}")
"""Lines that blocks of templates leave empty, more than one in a row."""


class Links:
    """The pages that an email leads to, in its language. Opening one changes nothing."""

    unsubscribe = PLACEHOLDERS.stop_link

    def __init__(self, about: Particulars) -> None:
        """Make links for an email with these facts."""
        self._about = about
        self._said = {} if about.language == "en" else {"lang": about.language}

    @property
    def my(self) -> str:
        """Return her page."""
        return self._mine("registration.my")

    @property
    def join(self) -> str:
        """Return the page with what can be joined now, and nothing else to press."""
        return self._mine("registration.join_now")

    @property
    def cancel(self) -> str:
        """Return the page to cancel."""
        return self._mine("registration.cancel")

    @property
    def offer(self) -> str:
        """Return the page to answer an offer."""
        return self._mine("registration.offer")

    @property
    def pause(self) -> str:
        """Return the page where she ends or changes her pause of emails."""
        return self._mine("registration.pause")

    @property
    def still_waiting(self) -> str:
        """Return the page where she says that she still waits."""
        return self._mine("registration.waiting")

    @property
    def leave_line(self) -> str:
        """Return the page that asks whether to stop waiting."""
        return self._mine("registration.leave_line")

    @property
    def sessions(self) -> str:
        """Return the page to choose sessions."""
        return self._mine("registration.sessions")

    @property
    def change_mode(self) -> str:
        """Return the page to attend another way, with the choice made where it is obvious."""
        chosen = {} if self._about.switch_to is None else {"to": self._about.switch_to.value}
        return self._mine("registration.change_mode", **chosen)

    @property
    def confirm_address(self) -> str:
        """Return the page that says "this is my address"."""
        return absolute(
            "registration.confirm_address", token=PLACEHOLDERS.address_token, **self._said
        )

    @property
    def register(self) -> str:
        """Return the form to register with. It is everyone's: nothing of hers is in it."""
        return absolute("registration.register", slug=self._about.slug, **self._said)

    @property
    def again(self) -> str:
        """Return the page that asks whether she wants to be invited again."""
        return self._mine("registration.again")

    @property
    def event(self) -> str:
        """Return the event's public page."""
        return absolute("events.show", slug=self._about.slug, **self._said)

    def _mine(self, endpoint: str, **values: str) -> str:
        return absolute(endpoint, token=PLACEHOLDERS.my_token, **self._said, **values)


def render(email: str, **facts: object) -> LetterWords:
    """Fill in an email's templates. Styles are moved into the elements: mail programs need it.

    Whatever number is named in it can be tapped.
    """
    subject, text, html = (
        _pages.get_template(f"emails/{email}/{part}").render(facts)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    text = _GAPS.sub("\n\n", text.strip())
    page = tappable(Markup(html))  # noqa: S704 - our templates escape what they are given
    return LetterWords(one_line(subject), f"{text}\n", _inliner.inline(page))


def personal(about: Particulars, reader: Personal) -> LetterWords:
    """Return an attendee's email in her language."""
    form = _form(about, current_settings().base_url)
    parts = dict(zip(PLACEHOLDERS, map(one_line, reader), strict=True))
    escaped = {each: str(escape(text)) for each, text in parts.items()}
    return LetterWords(
        _PLACEHOLDER.sub(lambda found: parts[found[0]], form.subject),
        _PLACEHOLDER.sub(lambda found: parts[found[0]], form.text),
        _PLACEHOLDER.sub(lambda found: escaped[found[0]], form.html),
    )


@lru_cache(maxsize=KEPT_FORMS)
def _form(about: Particulars, _base: str) -> LetterWords:
    """Return the words with placeholders; links depend on where visitors reach us, too."""
    with speaking(about.language), reading_in(about.own_zone):
        own = own_words(about)
        return render(
            about.email,
            about=about,
            reader=PLACEHOLDERS,
            lang=about.language,
            advice=advice(about) if about.is_stoppable else advice(about) + own,
            own_words=own,
            tomorrow=tomorrow(about),
            join_day=join_day(about),
            links=Links(about),
        )
