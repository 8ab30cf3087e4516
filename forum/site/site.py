"""What surrounds every page: the programme's name, the way around, whom to call, the language.

Nothing is read from the database before a template asks for it, so that an error page which asks
for nothing appears when it is the database that fails.
"""

from datetime import datetime
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from flask import current_app, request, url_for
from flask_babel import get_locale

from forum import clock
from forum.events import queries
from forum.events.contact import Contact, contact_for, contact_of
from forum.events.models import Event, Programme
from forum.i18n import LANGUAGES, _, speaking, usual_language
from forum.tongues import say

KEPT_AS = "forum.site"
"""Where in the WSGI environment a request keeps its surroundings."""


OWN_PAGES = "/my/<token>/"
"""How the addresses of someone's own pages begin."""


class Link(NamedTuple):
    """A place to go."""

    label: str
    href: str
    is_current: bool = False
    lang: str = ""


class Site:
    """The surroundings of one page."""

    def __init__(self) -> None:
        """Read nothing yet."""
        self.lang = str(get_locale() or "en")

    @cached_property
    def programme(self) -> Programme:
        """Return the programme. Raises Missing while none has been loaded."""
        return queries.programme()

    @cached_property
    def next_forum(self) -> Event | None:
        """Return the next forum that takes place."""
        return queries.next_forum(clock.now())

    def until(self, at: datetime | None) -> datetime | None:
        """Return when time alone changes a page that shows us: at `at`, or when a forum is over."""
        ends = self.next_forum.ends_at if self.next_forum else None
        return min((each for each in (at, ends) if each is not None), default=None)

    @property
    def name(self) -> str:
        """Return the programme's full name; it may tell the illness."""
        return say(self.programme, "name")

    @property
    def quiet_name(self) -> str:
        """Return the name that is safe anywhere."""
        return self.programme.quiet_name

    @cached_property
    def contact(self) -> Contact:
        """Return whom to call; kept for error pages that must not ask the database."""
        contact = contact_of(self.programme, clock.now())
        current_app.extensions["forum_contact"] = contact
        return contact

    def contact_for(self, event: Event | None) -> Contact:
        """Return whom to call on a page about an event: on its days, who answers on them."""
        if event is None:
            return self.contact
        return contact_for(self.contact, event, self.programme, clock.now())

    @property
    def last_contact(self) -> Contact | None:
        """Return whom to call as last read by this process, without asking the database."""
        known: Contact | None = current_app.extensions.get("forum_contact")
        return known

    @cached_property
    def navigation(self) -> list[Link]:
        """Return the main ways around; the next forum comes first while there is one."""
        links = [
            Link(_("Webcasts"), url_for("events.index") + "#webcasts"),
            Link(_("My registration"), self.my_registration),
        ]
        forum = self.next_forum
        if forum is not None:
            label = _("Forum %(year)s", year=forum.starts_at.year)
            links.insert(0, Link(label, url_for("events.show", slug=forum.slug)))
        return [link._replace(is_current=_is_here(link.href)) for link in links]

    @cached_property
    def other_language(self) -> Link:
        """Return this very page in the other language."""
        lang = next(each for each in LANGUAGES if each != self.lang)
        fields = {name: text for name, text in request.args.items() if name != "lang"}
        if lang != usual_language():
            fields["lang"] = lang
        href = f"{request.path}?{urlencode(fields)}" if fields else request.path
        return Link(LANGUAGES[lang], href, lang=lang)

    @property
    def in_other_language(self) -> str:
        """Return that this site speaks the other language, in that language."""
        with speaking(self.other_language.lang):
            return _("This site is in English, too")

    @property
    def home(self) -> str:
        """Return the address of the first page."""
        return url_for("events.home")

    @property
    def find(self) -> str:
        """Return the address of "send me my link again"."""
        return url_for("registration.find")

    @property
    def my_registration(self) -> str:
        """Return the address of her own page while she is there, or else where to ask for it."""
        rule = request.url_rule.rule if request.url_rule else ""
        if not rule.startswith(OWN_PAGES):
            return self.find
        return url_for("registration.my", token=(request.view_args or {})["token"])

    @property
    def privacy(self) -> str:
        """Return the address of the privacy page."""
        return url_for("events.privacy")

    @property
    def accessibility(self) -> str:
        """Return the address of the accessibility page."""
        return url_for("events.accessibility")


def current_site() -> Site:
    """Return the surroundings of the page that is being made, the same for one request."""
    if not request:
        return Site()
    site: Site = request.environ.get(KEPT_AS) or Site()
    request.environ[KEPT_AS] = site
    return site


def _is_here(href: str) -> bool:
    return href.partition("?")[0].partition("#")[0] == request.path
