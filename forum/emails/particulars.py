"""What an email says: when, how to join, whom to call, and the advice, each in the same order.

`Particulars` are plain facts. They are everything that the words depend on, besides the reader's
name and links; so equal particulars have equal words. `gathering` reads them from the live record.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from forum.emails import entry_words
from forum.emails.her_sessions import NOTHING_NEW, Hers, HerSession, PhoneLine
from forum.emails.joining import NOWHERE, Joining, start_in_words
from forum.emails.kinds import OFFER, WAITLIST, CalendarMethod
from forum.emails.reminding import Brought
from forum.emails.words import MODE_NOW
from forum.events import words
from forum.events.contact import Contact, DayLine, contact_of
from forum.events.discretion import Place
from forum.events.models import Mode, Programme
from forum.events.times import hours_of_day
from forum.i18n import (
    _,
    both_zones,
    date_in_words,
    day_of_year,
    day_on,
    days_in_words,
    time_in_words,
)
from forum.notices.words import Said

WITHOUT_A_PLACE = {"cancellation", "invitation"}
"""Emails to someone who is not to come, or not yet."""

MOST_DAYS_LEFT = 14
"""From so many on, the day is said with its year, and without its hour."""


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
    clock: str
    """The zone of her day: the event's when she comes to the place, else her own."""
    slug: str
    """The event in the address of its page."""
    mode: Mode
    """How she takes part, or would with the place that she is offered."""
    waits_for: Mode | None
    """The mode that she waits for; None when she waits for nothing."""
    switch_to: Mode | None
    """The choice that "Take part another way" has made already; None where none is obvious."""
    is_waiting: bool
    """She has no place at all, and waits for one."""
    keeps_place: bool
    """She waits, and has another place meanwhile."""
    is_off: bool
    """The event is canceled."""
    is_over: bool
    """The event is over, or the email is only for afterwards: nothing is left to join."""
    joining: Joining = NOWHERE
    """How she joins, where she watches."""
    must_agree: bool
    """Someone else has registered her, and she has not said yes yet."""
    is_from_desk: bool = False
    """It was an organizer who registered her, such as while someone was on the phone."""
    number: int = 1
    """Of a reminder or a notice: how many she has been sent with it: no two have one subject."""
    place: Place | None
    """Where to come to; None for one who attends from afar."""
    phones: tuple[PhoneLine, ...]
    """The numbers to listen by, one for each hour; none for one who comes."""
    has_more_to_hear: bool
    """At some hours, other numbers can be called as well."""
    reach: tuple[tuple[str, str], ...]
    """How the programme is reached, by its columns: enough to make a `Contact` from."""
    day_line: DayLine | None = None
    """Whom to call on the day of the event, where that is someone else."""
    has_other_ways: bool = True
    """The event can be attended in another way, too."""
    modes: tuple[Mode, ...] = ()
    """The ways to take part that an invitation names."""
    is_open: bool = False
    """Of an invitation or a cancellation: one can register now."""
    has_company: bool = False
    """Of a cancellation, or of another way to take part: who is registered with her stays so."""
    is_by_desk: bool = False
    """Of a cancellation: an organizer has done it, whoever asked for it."""
    had_only_waited: bool = False
    """Of a cancellation: what she gave up was a number in the line."""
    chooses_again: bool = False
    """She comes from now on, and places in small sessions did not come along."""
    begins_at: datetime
    """When it starts for her, in UTC: who watches has nothing to see before the first stream."""
    has_begun: bool = False
    """It has begun for her, as it is written."""
    days_left: int = MOST_DAYS_LEFT
    """How many midnights there are on that clock before the event begins, as it is written."""
    is_repeat: bool = False
    """Someone has registered her again: what she has stays as it was."""
    is_right_again: bool = False
    """It says anew what another email of ours had said wrong."""
    opens_at: datetime | None = None
    """Of an invitation: since when one can register, in UTC; None for no such day."""
    asked_at: str = ""
    """Of an invitation: the title of the event at which she asked for it."""
    answer_until: datetime | None = None
    """When an offer, or the question about a new address, ends, in UTC."""
    is_for_two: bool = False
    """The offer is for a pair."""
    hers: Hers = NOTHING_NEW
    """What has just happened to her, and what is known of her besides."""
    is_offered: bool = False
    """She waits, and a place is kept for her answer, until `answer_until`."""
    has_new_address: bool = False
    """She has an address after a change of it: it was not taken away."""
    is_read_still: bool = False
    """Of a change of address: other emails of ours still come to the old one."""
    session: HerSession | None = None
    """The session that the email is about."""
    recording: tuple[str, ...] = ()
    """Sentences about the recording, for someone whose pause is over."""
    is_quiet: bool = False
    """Emails to her are paused while it is written: it promises none."""
    quiet_until: date | None = None
    """The day on which they begin again; None until someone says so."""
    had_quiet: bool = True
    """Of the note after a silence: it was a pause; of a hold she may know nothing."""
    brought: tuple[Brought, ...] = ()
    """What the reminders bring whose advice it gives: several after a pause."""
    offers: tuple[str, ...] = ()
    """What a reminder offers to do, by name."""
    sessions: tuple[HerSession, ...] = ()
    """Sessions with limited places in which she has one, as far as a reminder names them.

    Of the note after a silence: those of which no email has told her.
    """
    has_new_place: bool = False
    """Of the note after a silence: she waited before, and has a place now."""
    has_new_session: bool = False
    """Of the note after a silence: a place in a session has become hers."""
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
    is_elsewhere: bool = False
    """Of a notice: the house to come to is at another address."""
    tells_of_renamed: bool = False
    """Of a notice: it names a session by another title than the full one."""

    @property
    def is_placeless(self) -> bool:
        """Tell whether there is no place to say the way to: she waits, and is offered none."""
        return self.is_waiting and self.email != OFFER

    @property
    def is_told_of_offer(self) -> bool:
        """Tell whether a place is kept for her, and the email's own words do not say so already."""
        says_so = self.email == WAITLIST or self.is_about_wait
        return self.is_offered and not (says_so or self.is_over or self.is_off)

    @property
    def is_asked_to_agree(self) -> bool:
        """Tell whether to ask if it is right that another person registered her."""
        is_past = self.is_over or self.is_off or self.email in WITHOUT_A_PLACE
        return self.must_agree and not is_past

    @property
    def when(self) -> list[str]:
        """Return day and hours on the clock of her day, then on the other where they differ."""
        return both_zones(self.starts_at, self.ends_at, *self.clocks)

    @property
    def clocks(self) -> tuple[str, str]:
        """Return the zones that times are said in, that of her day first; they may be the same."""
        other = self.event_zone if self.clock == self.own_zone else self.own_zone
        return self.clock, other

    @property
    def day(self) -> str:
        """Return the day, or the first and the last, on the clock of her day."""
        return days_in_words(self.starts_at, self.ends_at, self.clock)

    @property
    def nearness(self) -> str:
        """Return when it begins, true on whichever day she reads it: "Saturday, April 24, 8:15 am".

        A reminder that comes in the evening may be opened in the morning.
        """
        is_near = 0 <= self.days_left < MOST_DAYS_LEFT
        day = day_of_year(self.starts_at, self.clock) if is_near else self.day
        day = day[:1].upper() + day[1:]  # a subject begins with it, and Spanish days are small
        if not is_near:
            return day
        time = time_in_words(self.begins_at, self.clock)
        is_today = self.days_left == 0
        if is_today and self.has_begun:
            return _("Today. It has started")
        afar = self.mode if self.begins_at > self.starts_at else None
        return start_in_words(day, time, afar=afar, is_today=is_today)

    @property
    def is_its_day(self) -> bool:
        """Tell whether the event has its first day, or has begun, as it is written."""
        return self.days_left <= 0

    @property
    def says_today(self) -> bool:
        """Tell whether to say that it is today, beside its date: a reminder's headline does."""
        is_coming = not (self.is_over or self.is_off or self.is_stoppable)
        return self.days_left == 0 and is_coming and self.email not in WITHOUT_A_PLACE

    @property
    def nearness_numbered(self) -> str:
        """Return the same for a subject, from the second reminder on with its number.

        Several name the day in the same way, and mail programs put one subject into one thread.
        """
        if self.number == 1:
            return self.nearness
        said = {"nearness": self.nearness, "number": self.number}
        return _("%(nearness)s (reminder %(number)s)", **said)

    @property
    def day_numbered(self) -> str:
        """Return the day for the subject of a notice, from the second on with its number."""
        if self.number == 1:
            return self.day
        return _("%(day)s (notice %(number)s)", day=self.day, number=self.number)

    @property
    def until(self) -> list[str]:
        """Return until when an answer counts, on her own clock, then on the event's."""
        return self._moments(self.answer_until, self.own_zone, self.event_zone)

    def _moments(self, at: datetime | None, *zones: str) -> list[str]:
        if at is None:
            return []
        clocks = {at.astimezone(ZoneInfo(zone)).utcoffset(): zone for zone in reversed(zones)}
        return [words.moment(at, zone) for zone in reversed(clocks.values())]

    @property
    def until_day(self) -> str:
        """Return the day and the hour at which the time to answer ends, on her own clock."""
        at = self.answer_until or self.starts_at
        day, time = day_of_year(at, self.own_zone), time_in_words(at, self.own_zone)
        return _("%(day)s, %(time)s", day=day, time=time)

    @property
    def title_beside_day(self) -> str:
        """Return the title for a subject that says the day: it names none that is the same."""
        return words.without_day(self.title, self.starts_at, self.ends_at, self.clock)

    @property
    def title_beside_nearness(self) -> str:
        """Return the title for a subject that says how near it is: "today" names no day."""
        return self.title if self.days_left == 0 else self.title_beside_day

    @property
    def ways(self) -> list[str]:
        """Return each way to take part, in words."""
        return [str(words.MODES[mode]) for mode in self.modes]

    @property
    def opens(self) -> list[str]:
        """Return when registration opens, on the clock of her day, then on the other."""
        return self._moments(self.opens_at, *self.clocks)

    @property
    def session_when(self) -> list[str]:
        """Return a session's day and hours on both clocks."""
        return [] if self.session is None else self.hours_of(self.session)

    def hours_to_call(self, line: PhoneLine) -> str:
        """Return when to call a number, on the reader's clock; "" for one from the start on."""
        is_on = self.has_begun or line.starts_at <= self.starts_at
        if len(self.phones) == 1 and is_on:
            return ""
        first = day_on(self.starts_at, self.own_zone)
        return hours_of_day(line.starts_at, line.ends_at, self.own_zone, first)

    @property
    def has_neutral_sessions(self) -> bool:
        """Tell whether it names a session by a neutral title, such as "Session 2 C"."""
        hers = (self.session, *self.sessions, *self.waited, *self.hers.given_back)
        return self.tells_of_renamed or any(each.is_renamed for each in hers if each)

    @property
    def quiet(self) -> str:
        """Return until when she gets no emails, where that is to be said beside her place."""
        is_past = self.is_over or self.is_off or self.email in WITHOUT_A_PLACE
        if is_past or not self.is_quiet:
            return ""
        day = self.quiet_until and date_in_words(self.quiet_until)
        return _("No emails until %(day)s", day=day) if day else _("No emails until you tell us")

    @property
    def joins_soon(self) -> bool:
        """Tell whether she watches, today or tomorrow: what she needs first is to join.

        The last email before the day often comes in the evening.
        """
        may_watch = self.joining.is_there and not self.is_placeless
        is_coming = not self.is_over and not self.is_off and self.email not in WITHOUT_A_PLACE
        return may_watch and is_coming and self.days_left <= 1

    def hours_of(self, session: HerSession) -> list[str]:
        """Return a session's day and hours on both clocks."""
        return both_zones(session.starts_at, session.ends_at, *self.clocks)

    @property
    def mode_in_words(self) -> str:
        """Return how this person takes part."""
        return str(words.MODES[self.mode])

    @property
    def mode_now(self) -> str:
        """Return how this person attends from now on, as the start of a subject."""
        return str(MODE_NOW[self.mode])

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
        return entry_words.new_entry(self.calendar, is_quiet=self.is_quiet)

    @property
    def changed_entry(self) -> str:
        """Return how the change of her day reaches her calendar."""
        if self.hers.had_no_place:
            return self.new_entry
        return entry_words.changed_entry(self.calendar, is_quiet=self.is_quiet)

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
