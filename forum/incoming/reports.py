"""What any source tells us, in one form, before we know whether it is about us."""

from dataclasses import dataclass

from forum.incoming.models import ReplyAnswer, ReportKind


class Unusable(ValueError):
    """Something that claims to be a report and cannot be read. Says nothing of its content."""


class Forged(Exception):
    """A report that does not come from whom it says, is too old, or is told again."""


@dataclass(frozen=True, slots=True)
class Returned:
    """That an email came back, or was complained about.

    `marks` are the texts in which the mark of our message may stand, such as the sender on its
    envelope and its Message-ID. `kind` is None where nothing has failed: it is only late, or
    arrived.
    """

    marks: tuple[str, ...]
    kind: ReportKind | None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a calendar program answers to an invitation (RFC 5546 3.2.3).

    `address` is its ATTENDEE and its sender at once, in lower case. `answer` is None where the
    program asks or proposes something instead.
    """

    uid: str
    address: str
    sequence: int
    answer: ReplyAnswer | None
