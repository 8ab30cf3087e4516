"""An email's folder of templates, filled in: `subject.txt`, `body.txt` and `body.html`.

Mails of one occasion differ in a name and a few links. So the words are made once for all who
share their particulars, with marks where the personal parts go, and then filled in for each.
"""

import re
import secrets
from dataclasses import dataclass
from functools import lru_cache

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import escape

from forum import links
from forum.config import current_settings
from forum.emails.addresses import one_line
from forum.emails.particulars import Particulars
from forum.emails.practical import advice
from forum.i18n import _, ngettext, speaking

NAME, MY, STOP = (f"x{secrets.token_hex(12)}x" for _each in range(3))
"""Marks that no text contains: the reader's name, her token, and her link that stops reminders."""
_MARKS = re.compile(f"{NAME}|{MY}|{STOP}")
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
class Words:
    """The three texts of an email."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Links:
    """The personal pages that an email leads to. Opening one changes nothing."""

    my: str
    change_mode: str
    cancel: str
    unsubscribe: str


def render(email: str, **facts: object) -> Words:
    """Fill in an email's templates. Styles are moved into the elements: mail programs need it."""
    subject, text, html = (
        _pages.get_template(f"emails/{email}/{part}").render(facts)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return Words(one_line(subject), f"{text.strip()}\n", _inliner.inline(html))


def personal(about: Particulars, *, name: str, my_token: str, stop_link: str) -> Words:
    """Return an attendee's email in her language."""
    form = _form(about, current_settings().base_url)
    parts = {NAME: one_line(name), MY: my_token, STOP: stop_link}
    escaped = {mark: str(escape(text)) for mark, text in parts.items()}
    return Words(
        _MARKS.sub(lambda mark: parts[mark[0]], form.subject),
        _MARKS.sub(lambda mark: parts[mark[0]], form.text),
        _MARKS.sub(lambda mark: escaped[mark[0]], form.html),
    )


@lru_cache(maxsize=KEPT_FORMS)
def _form(about: Particulars, _base: str) -> Words:
    """Return the words with marks; links depend on where visitors reach us, too."""
    said = {} if about.language == "en" else {"lang": about.language}
    with speaking(about.language):
        return render(
            about.email,
            about=about,
            name=NAME,
            lang=about.language,
            advice=advice(about),
            links=Links(
                my=links.absolute("registration.my", token=MY, **said),
                change_mode=links.absolute("registration.change_mode", token=MY, **said),
                cancel=links.absolute("registration.cancel", token=MY, **said),
                unsubscribe=STOP,
            ),
        )
