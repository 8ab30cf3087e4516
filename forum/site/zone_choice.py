"""On which clocks a page of an event says its times, and how to have them on another as well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

from forum.events.models import Event, Session
from forum.events.times import Times, utc
from forum.events.words import all_of
from forum.i18n import zone_in_words
from forum.site.page_query import PageQuery


@dataclass(frozen=True)
class ZoneChoice:
    """The clocks of a page.

    `names` are what its times are said in. `path` is the page's own, `fields` what its address
    keeps; `own` leads to the event's clock alone, and is a visitor's word that she wants no other.
    Until she has chosen, a script may ask about her device's zone, unless its clock is the same
    at all `moments`.
    """

    names: Sequence[str]
    options: Sequence[tuple[str, str]]
    chosen: str
    is_chosen: bool
    zone: str
    name: str
    moments: str
    path: str
    fields: Sequence[tuple[str, str]]
    own: str

    @property
    def said(self) -> str:
        """Return what its times are said in, inside a sentence."""
        return all_of(self.names)


NOTHING: Mapping[str, str] = MappingProxyType({})


def zone_choice(
    what: Event | Session,
    asked: PageQuery,
    times: Times,
    path: str,
    also: Mapping[str, str] = NOTHING,
) -> ZoneChoice:
    """Return the clocks for a page about an event or a session.

    `path` is that page's, `also` what its address keeps besides what is `asked`.
    """
    kept = [(name, text) for name, text in asked._asdict().items() if text and name != "tz"]
    return ZoneChoice(
        names=times.zones(what.starts_at),
        options=times.options(what.starts_at),
        chosen=times.own or times.zone,
        is_chosen=times.own is not None,
        zone=times.zone,
        name=zone_in_words(times.zone, what.starts_at),
        moments=f"{utc(what.starts_at)} {utc(what.ends_at)}",
        path=path,
        fields=[*kept, *also.items()],
        own=path + asked.query(tz=times.zone) + (f"&{urlencode(also)}" if also else ""),
    )
