"""Everything that we hold about someone, in words: each value of `Holdings` has its line here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from forum.emails.words import READER_NAMES
from forum.events.words import MODES
from forum.i18n import _, day_in_words, days_in_words, lazy, moment_in_words, zone_in_words
from forum.phones import phone_in_words
from forum.privacy.holdings import Holdings, Row, Value
from forum.registration.models import Registration
from forum.registration.my.data_words import (
    BY,
    DEEDS,
    LABELS,
    MEANINGS,
    NOTED,
    OFFERS,
    PLACE,
    REPLIES,
    RETURNED,
    STATES,
    STATUSES,
    TASKS,
    TOLD,
    Meanings,
)
from forum.registration.my.page import MyPage
from forum.tongues import said_anew
from forum.web.forms import CheckboxesField, Form, options


class EraseForm(Form):
    """Which of her other registrations go along: those that she ticks.

    None is ticked before: whoever opens a link that was forwarded cannot be told from her, and
    presses the one button.
    """

    also = CheckboxesField(lazy("Erase these, too"), validate_choice=False)

    def __init__(self, page: MyPage, others: Sequence[Registration]) -> None:
        """Name each by its event; day and state are its hint."""
        super().__init__()
        beside = [MyPage(each, now=page.now) for each in others]
        self.gives_up, self.leaves_line = page.takes_part, page.waits and page.may_choose
        self.gives_up_more = any(each.takes_part for each in beside)
        self.leaves_more = any(each.waits and each.may_choose for each in beside)
        self.also.choices = options([(each.public_id, page.named(each.event)) for each in others])
        self.hints = {
            each.public_id: _(
                "%(day)s. %(state)s.", day=day_of(each), state=_of(STATUSES, each.status)
            )
            for each in others
        }


def day_of(registration: Registration) -> str:
    """Return the day of what someone is registered for, on the clock of her day."""
    event = registration.event
    return days_in_words(event.starts_at, event.ends_at, registration.clocks[0])


@dataclass(frozen=True)
class DataPage:
    """Everything about a registration, in her words and on her clock."""

    held: Holdings
    zone: str
    """Her clock; another than what is held where the zone data lacks that one."""

    @property
    def told(self) -> list[tuple[str, str]]:
        """Return what she told us; what she left empty is left out."""
        return self._lines(TOLD)

    @property
    def place(self) -> list[tuple[str, str]]:
        """Return how she stands."""
        return self._lines(PLACE)

    @property
    def noted(self) -> list[tuple[str, str]]:
        """Return what our program needs for itself."""
        return self._lines(NOTED)

    @property
    def others(self) -> list[tuple[str, str]]:
        """Return what else she is registered for, and how she stands there."""
        return [(_text(row["event"]), _of(STATUSES, row["status"])) for row in self.held.others]

    @property
    def sessions(self) -> list[tuple[str, str]]:
        """Return her sessions with limited places, and how she stands there."""
        return [(_text(row["session"]), _of(STATUSES, row["status"])) for row in self.held.sessions]

    @property
    def offers(self) -> list[tuple[str, str]]:
        """Return when she was offered a place, until when, and what became of it."""
        return [
            (
                self._moment(row["made_at"]),
                _(
                    "%(how)s, until %(moment)s. %(state)s.",
                    how=_of(MODES, row["mode"]),
                    moment=self._moment(row["ends_at"]),
                    state=_of(OFFERS, row["state"]),
                ),
            )
            for row in self.held.offers
        ]

    @property
    def consents(self) -> list[tuple[str, str, str]]:
        """Return the words of each agreement, when it was given, and when it was taken back."""
        return [
            (_text(row["words"]), self._moment(row["given_at"]), self._moment(row["withdrawn_at"]))
            for row in self.held.consents
        ]

    @property
    def emails(self) -> list[tuple[str, str, str]]:
        """Return each email's name, when it went or was asked for, and its state."""
        return [
            (
                _of(READER_NAMES, row["email"]),
                self._moment(row["sent_at"] or row["created_at"]),
                " ".join(
                    filter(None, (_of(STATES, row["state"]), said_anew(_text(row["reason"]))))
                ),
            )
            for row in self.held.emails
        ]

    @property
    def returned(self) -> list[tuple[str, str, str]]:
        """Return which emails came back, when, and why."""
        return [
            (
                _of(READER_NAMES, row["email"]),
                self._moment(row["at"]),
                " ".join(filter(None, (_of(RETURNED, row["kind"]), _text(row["code"])))),
            )
            for row in self.held.returned
        ]

    @property
    def calendar_replies(self) -> list[tuple[str, str]]:
        """Return what her calendar answered, and when."""
        return [
            (self._moment(row["at"]), _of(REPLIES, row["answer"]))
            for row in self.held.calendar_replies
        ]

    @property
    def address_changes(self) -> list[tuple[str, str, str]]:
        """Return when a change of address was asked for, from which to which, and whether done."""
        return [
            (
                self._moment(row["created_at"]),
                _(
                    "From %(old)s to %(new)s",
                    old=_text(row["old_email"]) or _("no address"),
                    new=_text(row["new_email"]) or _("no address"),
                ),
                _("Done") if row["done_at"] else _("Not confirmed"),
            )
            for row in self.held.address_changes
        ]

    @property
    def tasks(self) -> list[tuple[str, str]]:
        """Return what our people were asked to do about her, and whether they have."""
        return [
            (_of(TASKS, row["kind"]), self._moment(row["done_at"]) or _("Not yet done"))
            for row in self.held.tasks
        ]

    @property
    def history(self) -> list[tuple[str, str, str]]:
        """Return what was done when, and by whom; organizers have no names here."""
        return [
            (self._moment(row["at"]), _of(DEEDS, row["what"]), _of(BY, row["by"]))
            for row in self.held.history
        ]

    def _lines(self, names: tuple[str, ...]) -> list[tuple[str, str]]:
        row = self.held.registration
        said = [(str(LABELS[name]), self._said(name, row)) for name in names]
        return [(label, words) for label, words in said if words]

    def _said(self, name: str, row: Row) -> str:
        value = row[name]
        if name in MEANINGS:
            return _of(MEANINGS[name], value)
        if name.endswith(("_at", "auto_take_until")):
            return self._moment(value)
        return self._otherwise(name, value)

    def _otherwise(self, name: str, value: Value) -> str:
        match name, value:
            case "phone", str():
                return phone_in_words(value)
            case "is_first_time", False:
                return ""  # she has not said so
            case "timezone", _:
                return f"{self._zone_name()} ({value})" if value == self.zone else str(value)
            case "care_until", str():
                return day_in_words(_midday(value, self.zone), self.zone)
            case _, bool():
                return _("Yes") if value else _("No")
        return _text(value)

    def _zone_name(self) -> str:
        return zone_in_words(self.zone, _instant(self.held.registration["registered_at"]))

    def _moment(self, value: Value) -> str:
        return moment_in_words(_instant(value), self.zone) if value else ""


def _of(meanings: Meanings, value: Value) -> str:
    values = value if isinstance(value, list) else [] if value is None else [str(value)]
    return ", ".join(str(meanings.get(each, each)) for each in values)


def _text(value: Value) -> str:
    return "" if value is None else str(value)


def _instant(value: Value) -> datetime:
    return datetime.fromisoformat(str(value))


def _midday(day: str, zone: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(12), ZoneInfo(zone))
