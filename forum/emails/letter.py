"""What the outbox gets when it asks for an email: a letter, silence, or "later"."""

from dataclasses import dataclass
from datetime import datetime

from forum.db import Facts
from forum.emails.kinds import CalendarMethod


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address, as typed by people: neither is trusted to fit a header."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """An iCalendar object to attach. `method` equals the METHOD inside (RFC 6047 2.4)."""

    method: CalendarMethod
    content: bytes

    @property
    def file_name(self) -> str:
        """Return what it is called as an attachment."""
        return "calendar.ics" if self.is_to_add_by_hand else "invite.ics"

    @property
    def is_to_add_by_hand(self) -> bool:
        """Tell whether it is only a file: no program shall act upon it by itself."""
        return self.method == CalendarMethod.PUBLISH


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One finished email to one person.

    `message_id` has no angle brackets and is the same on every try. `written_at` is aware.
    `unsubscribe_url` is set for emails that a person may stop with one click (RFC 8058), and
    `list_id` for those that go to a list of people who asked for them (RFC 2919). `mark` names it
    in the envelope, so that we know it again if it comes back; `metadata` is a mark for a provider
    that repeats our headers instead. `facts` are those of its message once it has left, where it
    named the hours of sessions: what told her which is kept.
    """

    sender: Mailbox
    to: Mailbox
    reply_to: Mailbox
    subject: str
    text: str
    html: str
    message_id: str
    written_at: datetime
    unsubscribe_url: str | None = None
    list_id: str | None = None
    calendar: CalendarPart | None = None
    mark: str = ""
    metadata: str = ""
    facts: Facts | None = None

    @property
    def is_invitation(self) -> bool:
        """Tell whether it brings an entry that only we can change or take away."""
        return self.calendar is not None and self.calendar.method == CalendarMethod.REQUEST


@dataclass(frozen=True, slots=True)
class Preview:
    """An email as it would be written now, all its personal links dead.

    `why_not` is why it would not be sent now, in plain words, or None. `letter` is None where
    there is nothing to write about.
    """

    letter: Letter | None
    why_not: str | None


@dataclass(frozen=True, slots=True)
class Silence:
    """The decision not to write, with a plain reason for the desk.

    `needs_call`: she does not know what it would have said, and somebody has to tell her.
    `is_for_now`: what keeps it back may be put right; then it may be planned anew.
    """

    reason: str
    needs_call: bool = False
    is_for_now: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """The decision not to write before `at`, with a plain reason for the desk."""

    at: datetime
    reason: str
