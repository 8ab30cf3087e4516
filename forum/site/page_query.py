"""What a visitor asks of a public page in its address: filters, a time zone, a language."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from forum.events.agenda import AgendaChoice
from forum.i18n import may_be_asked


class PageQuery(NamedTuple):
    """The query fields of a public page, in the order in which its links write them."""

    topic: str = ""
    track: str = ""
    mode: str = ""
    tz: str = ""
    lang: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> "PageQuery":
        """Read a request's fields. A zone that is no place counts as none."""
        asked = cls(**{name: fields[name] for name in cls._fields if name in fields})
        return asked if not asked.tz or may_be_asked(asked.tz) else asked._replace(tz="")

    @property
    def choice(self) -> AgendaChoice:
        """Return which sessions are wanted."""
        return AgendaChoice(self.topic, self.track, self.mode)

    @property
    def zone(self) -> str | None:
        """Return the zone that the visitor picked."""
        return self.tz or None

    def query(self, **changes: str) -> str:
        """Return "?…" for a link that keeps everything but the changes; "" if nothing is left."""
        fields = {name: text for name, text in self._replace(**changes)._asdict().items() if text}
        return f"?{urlencode(fields, safe='/')}" if fields else ""

    def kept(self) -> str:
        """Return "?…" for a link to another page: zone and language stay, filters do not."""
        return self.query(topic="", track="", mode="")
