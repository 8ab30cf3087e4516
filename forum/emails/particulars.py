"""What an email says: when, how to join, whom to call, and the advice, each in the same order.

`Particulars` are plain facts. They are everything that the words depend on, besides the reader's
name and links; so equal particulars have equal words. `gathering` reads them from the live record.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from forum.emails.kinds import OFFER, CalendarMethod
from forum.emails.reminding import Brought
from forum.events import words
from forum.events.contact import Contact, DayLine, contact_of, dialled
from forum.events.discretion import Place
from forum.events.models import Mode, Programme
from forum.i18n import _, both_zones, day_in_words, days_in_words, time_in_words
from forum.notices.words import Said

WITHOUT_A_PLACE = {"cancellation", "invitation"}
"""Emails to someone who is not to come, or not yet."""

MOST_DAYS_LEFT = 14
"""From so many on, the day itself says more than how many days are left."""


class PhoneLine(NamedTuple):
    """A number to listen by, and the room that one hears."""

    room: str
    number: str

    @property
    def shown(self) -> str:
        """Return the number as people dial it."""
        return dialled(self.number)

    @property
    def href(self) -> str:
        """Return what goes behind `tel:`."""
        return self.number.replace("-", "")


class HerSession(NamedTuple):
    """A session in which she has a place."""

    title: str
    starts_at: datetime
    ends_at: datetime
    room: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """The facts of one email to an attendee. Its words are in the language being spoken."""

    email: str
    """Which email, by the name of its folder."""
    language: str
    """The reader's: "en" or "es"."""
    sender: str
    """Who writes: the programme's neutral name, on one line."""
    title: str
    """The event's neutral title, or the full one for a reader who asked for full titles."""
    title_noted: str
    """The same, which says so behind itself if it is not in her language."""
    is_renamed: bool
    """The title is not the one under which pages announce the event."""
    starts_at: datetime
    """The start of the event, in UTC."""
    ends_at: datetime
    """The end of the event, in UTC."""
    event_zone: str
    """The event's time zone, by its IANA name."""
    own_zone: str
    """The reader's time zone, by its IANA name."""
    slug: str
    """The event in the address of its page."""
    mode: Mode
    """How she attends, or would with the place that she is offered."""
    waits_for: Mode | None
    """The mode that she waits for; None when she waits for nothing."""
    switch_to: Mode | None
    """The choice that "Attend another way" has made already; None where none is obvious."""
    is_waiting: bool
    """She has no place at all, and waits for one."""
    keeps_place: bool
    """She waits, and has another place meanwhile."""
    is_off: bool
    """The event is canceled."""
    is_over: bool
    """The event is over, or the email is only for afterwards: nothing is left to join."""
    opens_before: int
    """How many minutes before the start the Join button works."""
    must_agree: bool
    """Someone else has registered her, and she has not said yes yet."""
    place: Place | None
    """Where to come to; None for one who attends from afar."""
    phones: tuple[PhoneLine, ...]
    """The numbers to listen by; none for one who comes."""
    reach: tuple[tuple[str, str], ...]
    """How the programme is reached, by its columns: enough to make a `Contact` from."""
    day_line: DayLine | None = None
    """Whom to call on the day of the event, where that is someone else."""
    modes: tuple[Mode, ...] = ()
    """The ways to attend that an invitation names."""
    is_open: bool = False
    """Of an invitation or a cancellation: one can register now."""
    had_only_waited: bool = False
    """Of a cancellation: what she gave up was a number in the line."""
    days_left: int = MOST_DAYS_LEFT
    """How many midnights there are on her clock before the event begins, as it is written."""
    is_repeat: bool = False
    """Someone has registered her again: what she has stays as it was."""
    opens_at: datetime | None = None
    """Of an invitation: since when one can register, in UTC; None for no such day."""
    asked_at: str = ""
    """Of an invitation: the title of the event at which she asked for it."""
    answer_until: datetime | None = None
    """When an offer, or the question about a new address, ends, in UTC."""
    is_for_two: bool = False
    """The offer is for a pair."""
    has_new_address: bool = False
    """She has an address after a change of it: it was not taken away."""
    session: HerSession | None = None
    """The session that the email is about."""
    recording: tuple[str, ...] = ()
    """Sentences about the recording, for someone whose pause is over."""
    had_quiet: bool = True
    """Of the note after a silence: it was a pause; of a hold she may know nothing."""
    brought: tuple[Brought, ...] = ()
    """What the reminders bring whose advice it gives: several after a pause."""
    offers: tuple[str, ...] = ()
    """What a reminder offers to do, by name."""
    sessions: tuple[HerSession, ...] = ()
    """Sessions with limited places in which she has one, as far as a reminder names them."""
    waited: tuple[HerSession, ...] = ()
    """Sessions in which she waits for a place, as far as a reminder is about them."""
    line_number: int | None = None
    """Of the email about waiting: her number in the line when it is written."""
    is_about_wait: bool = False
    """It is a reminder to those who wait."""
    is_passed_over: bool = False
    """She is offered no place until she says that she still waits."""
    is_stoppable: bool = False
    """One click stops emails like this one."""
    calendar: CalendarMethod | None = None
    """What comes along for her calendar; None for nothing."""
    is_kept_by_hand: bool = False
    """No email of ours changes an entry of hers: she keeps it right herself."""
    occasion: str = ""
    """Of a notice: why people are told, an `Occasion`."""
    was: str = ""
    """Of a notice: how she stood before her whole event went online, a `Was`; empty otherwise."""
    own_words: str = ""
    """Of a notice: a sentence of the desk's own, in her language where there is one."""
    changes: tuple[Said, ...] = ()
    """Of a notice: what has changed for her, in words."""
    goes_along: bool = False
    """Of a notice: sessions go along with the event to another day, and are not named."""

    @property
    def is_placeless(self) -> bool:
        """Tell whether there is no place to say the way to: she waits, and is offered none."""
        return self.is_waiting and self.email != OFFER

    @property
    def when(self) -> list[str]:
        """Return day and hours on the reader's clock, then on the event's where they differ."""
        return both_zones(self.starts_at, self.ends_at, self.event_zone, self.own_zone)

    @property
    def day(self) -> str:
        """Return the day, or the first and the last, as the reader counts them."""
        return days_in_words(self.starts_at, self.ends_at, self.own_zone)

    @property
    def nearness(self) -> str:
        """Return how near the day is, in the words that differ from one reminder to the next."""
        if self.days_left == 0:
            return _("Today, %(time)s", time=time_in_words(self.starts_at, self.own_zone))
        if self.days_left == 1:
            return _("Tomorrow")
        if 1 < self.days_left < MOST_DAYS_LEFT:
            return _("In %(number)s days", number=self.days_left)
        return self.day

    @property
    def until(self) -> list[str]:
        """Return until when an answer counts, on the reader's clock, then on the event's."""
        return self._moments(self.answer_until)

    def _moments(self, at: datetime | None) -> list[str]:
        if at is None:
            return []
        clocks = {
            at.astimezone(ZoneInfo(zone)).utcoffset(): zone
            for zone in (self.event_zone, self.own_zone)
        }
        return [words.moment(at, zone) for zone in reversed(clocks.values())]

    @property
    def until_day(self) -> str:
        """Return the day on which the time to answer ends."""
        return day_in_words(self.answer_until or self.starts_at, self.own_zone)

    @property
    def ways(self) -> list[str]:
        """Return each way to attend, in words."""
        return [str(words.MODES[mode]) for mode in self.modes]

    @property
    def opens(self) -> list[str]:
        """Return when registration opens, on the reader's clock, then on the event's."""
        return self._moments(self.opens_at)

    @property
    def session_when(self) -> list[str]:
        """Return a session's day and hours on both clocks."""
        return [] if self.session is None else self.hours_of(self.session)

    def hours_of(self, session: HerSession) -> list[str]:
        """Return a session's day and hours on both clocks."""
        return both_zones(session.starts_at, session.ends_at, self.event_zone, self.own_zone)

    @property
    def mode_in_words(self) -> str:
        """Return how this person attends."""
        return str(words.MODES[self.mode])

    @property
    def wait_in_words(self) -> str:
        """Return what this person waits for."""
        return str(words.MODES[self.waits_for or self.mode])

    @property
    def cancel_label(self) -> str:
        """Return what the link to canceling is called."""
        return _("Leave the waitlist") if self.is_waiting else _("Cancel your place")

    @property
    def new_entry(self) -> str:
        """Return what comes along for her calendar, for someone who has a place now."""
        if self.calendar == CalendarMethod.REQUEST:
            return _(
                "The date is attached for your calendar, and we keep it right. If you have added "
                "the date from our site before, please delete that one."
            )
        if self.calendar == CalendarMethod.PUBLISH:
            return _(
                "The date is attached as a file for your calendar. We will email you if"
                " something changes. The calendar address on your page also shows changes."
            )
        return ""

    @property
    def changed_entry(self) -> str:
        """Return how the change of her day reaches her calendar."""
        if self.calendar == CalendarMethod.REQUEST:
            return _("Your date is attached for your calendar. It replaces the old one.")
        if self.calendar == CalendarMethod.PUBLISH:
            return _(
                "A new calendar file is attached. Please add it in place of the old one. We"
                " will email you if something changes. The calendar address on your page also"
                " shows changes."
            )
        return _("If you put the date into your calendar yourself, please change it there.")

    @property
    def left_entry(self) -> str:
        """Return what she must do to an entry that no email of ours can take away."""
        if self.is_kept_by_hand and not self.is_waiting:
            return _("If you put the date into your calendar yourself, please remove it there.")
        return ""

    @property
    def calls_on_the_day(self) -> DayLine | None:
        """Return whom to call on the day, while there is one to come."""
        is_coming = not (self.is_over or self.is_off or self.is_placeless)
        return self.day_line if is_coming and self.email not in WITHOUT_A_PLACE else None

    @property
    def contact(self) -> Contact:
        """Return whom to call."""
        return contact_of(Programme(**dict(self.reach)), self.starts_at)
