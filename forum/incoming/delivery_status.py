"""Reports of mail servers: delivery status notifications (RFC 3464) and complaints (RFC 5965).

Any part of a message may be broken, and none is trusted: what counts is the mark of our message,
which nobody else can make.
"""

from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser

from forum.incoming.models import ReportKind
from forum.incoming.reports import Returned
from forum.incoming.rules import code_in, kind_of

STATUS = ("message/delivery-status", "message/global-delivery-status")
FEEDBACK = "message/feedback-report"
WHERE_MARKS_ARE = (
    *("to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "return-path"),
    *("message-id", "original-mail-from", "x-original-message-id", "in-reply-to", "references"),
)
"""Headers of a report, and of the email it returns, that may name the message."""
HEADERS_ONLY = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
FAILED = "failed"
ARRIVED = {"delivered", "relayed", "expanded"}
NOT_SPAM = "not-spam"
MOST_PARTS = 50
MOST_BLOCKS = 50


def read(message: Message) -> Returned | None:
    """Return what a report says, or None for a message that is none."""
    parts = _parts(message)
    kinds = [part.get_content_type() for part in parts]
    for part, kind in zip(parts, kinds, strict=True):
        if kind in STATUS:
            return _status(part, tuple(_marks(parts)))
        if kind == FEEDBACK:
            return _complaint(part, tuple(_marks(parts)))
    return None


def _parts(message: Message) -> list[Message]:
    """Return the first parts of a message, whatever stands inside what."""
    found = []
    for part in message.walk():
        found.append(part)
        if len(found) == MOST_PARTS:
            break
    return found


def _status(part: Message, marks: tuple[str, ...]) -> Returned:
    """Read the fields about each recipient. Our emails have one; a list behind it has many.

    Where a copy arrived, a failure of another is not the address's.
    """
    blocks = [block for block in _blocks(part) if block.get("action")]
    actions = {_text(block, "action").split(" ")[0].lower() for block in blocks}
    failed = [block for block in blocks if _text(block, "action").lower().startswith(FAILED)]
    if not failed:
        return Returned(marks, None)
    codes = [_code(block) for block in failed]
    code = next((each for each in codes if kind_of(each) == ReportKind.HARD), codes[0])
    kind = kind_of(code) or ReportKind.SOFT
    return Returned(marks, ReportKind.SOFT if actions & ARRIVED else kind, code)


def _code(block: Message) -> str:
    return code_in(_text(block, "status"), _text(block, "diagnostic-code"))


def _complaint(part: Message, marks: tuple[str, ...]) -> Returned:
    fields = next(iter(_blocks(part)), Message())
    kind = None if _text(fields, "feedback-type").lower() == NOT_SPAM else ReportKind.COMPLAINT
    return Returned((*marks, _text(fields, "original-mail-from")), kind)


def _blocks(part: Message) -> Iterator[Message]:
    """Yield groups of fields, as the parser took them apart or, failing that, from the text."""
    payload = part.get_payload()
    if not isinstance(payload, list):
        yield from _split(_decoded(part))
        return
    for block in payload[:MOST_BLOCKS]:
        if isinstance(block, Message):
            yield block
            rest = block.get_payload()
            if isinstance(rest, str) and rest.strip():
                yield from _split(rest)


def _split(text: str) -> Iterator[Message]:
    for group in text.replace("\r\n", "\n").split("\n\n")[:MOST_BLOCKS]:
        if group.strip():
            yield HeaderParser().parsestr(group.lstrip("\n"))


def _marks(parts: list[Message]) -> Iterator[str]:
    for part in parts:
        yield from _named(part)
        if part.get_content_type() in HEADERS_ONLY:
            yield from _named(HeaderParser().parsestr(_decoded(part)))


def _named(part: Message) -> Iterator[str]:
    for name in WHERE_MARKS_ARE:
        for value in part.get_all(name, []):
            yield str(value)


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload.decode("utf-8", "replace")
    nested = part.get_payload()
    first = nested[0] if isinstance(nested, list) and nested else nested
    return first.as_string() if isinstance(first, Message) else str(first or "")


def _text(block: Message, name: str) -> str:
    """Return a field on one line; nothing where it is missing."""
    return " ".join(str(block.get(name) or "").split())
