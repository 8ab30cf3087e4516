"""Answers of calendar programs to our invitations: METHOD:REPLY by mail (RFC 6047, RFC 5546)."""

import re
from email.message import Message
from email.utils import getaddresses

from icalendar import Calendar, Component

from forum.incoming.models import ReplyAnswer
from forum.incoming.reports import Answered, Unusable

ANSWERS = {
    "ACCEPTED": ReplyAnswer.ACCEPTED,
    "DECLINED": ReplyAnswer.DECLINED,
    "TENTATIVE": ReplyAnswer.TENTATIVE,
}
METHODS = {"REPLY", "REFRESH", "COUNTER"}
"""What an attendee's calendar program may send (RFC 5546 3.2)."""
LARGEST = 100_000
"""Octets of a calendar part that are looked at."""
_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)")
_RESULT = re.compile(r"^\s*(dkim|dmarc)\s*=\s*pass\b", re.IGNORECASE)
_PROPERTY = re.compile(r"\b(header\.(?:from|d|i))\s*=\s*\"?([^\s;\"]+)\"?", re.IGNORECASE)


def read(message: Message) -> Answered | None:
    """Return the answer in a message, or None where there is none.

    Proposals for another time (COUNTER) and requests for the latest state (REFRESH) answer
    nothing: what is true stands on her page. Raises Unusable for what is not whole, is not the
    sender's own, or was sent by a machine in her absence (RFC 3834 5).
    """
    part, method = _calendar_part(message)
    if part is None:
        return None
    if not _is_by_hand(message):
        raise Unusable
    component = _only_event(part, method)
    sender, attendee = sender_of(message), component.get("ATTENDEE")
    if attendee is None or isinstance(attendee, list) or not sender:
        raise Unusable
    if str(attendee).lower().removeprefix("mailto:") != sender:
        raise Unusable
    answer = ANSWERS.get(str(attendee.params.get("PARTSTAT", "")).upper())
    sequence = component.get("SEQUENCE", 0)
    if not isinstance(sequence, int) or not 0 <= sequence < 2**31:
        raise Unusable
    if method != "REPLY":
        answer = None
    elif answer is None:
        raise Unusable
    return Answered(str(component.get("UID", "")), sender, int(sequence), answer)


def sender_of(message: Message) -> str:
    """Return the one address that a message says it is from, in lower case, or nothing."""
    headers = message.get_all("from", [])
    addresses = [address for _name, address in getaddresses([str(each) for each in headers])]
    is_one = len(headers) == 1 and len(addresses) == 1 and "@" in addresses[0]
    return addresses[0].strip().lower() if is_one else ""


def is_vouched_for(message: Message, authserv: str) -> bool:
    """Tell whether our own mail server vouches that a message is from its sender's domain.

    `authserv` is the name under which it writes Authentication-Results (RFC 8601). Only its
    topmost line counts: our server puts it above everything that came with the message.
    """
    domain = sender_of(message).rpartition("@")[2]
    for header in message.get_all("authentication-results", []):
        said = _COMMENT.sub(" ", " ".join(str(header).split()))
        name, _semicolon, results = said.partition(";")
        if name.split(" ")[0].strip().lower() == authserv.lower():
            return bool(domain) and any(_vouches(each, domain) for each in results.split(";"))
    return False


def _vouches(result: str, domain: str) -> bool:
    """Tell whether one method passed for this very domain, or one that it belongs to."""
    method = _RESULT.match(result)
    if method is None:
        return False
    wanted = {"header.from"} if method[1].lower() == "dmarc" else {"header.d", "header.i"}
    named = [
        value.rpartition("@")[2].rstrip(".").lower()
        for name, value in _PROPERTY.findall(result)
        if name.lower() in wanted
    ]
    return any(_is_aligned(domain, each) for each in named)


def _is_aligned(domain: str, by: str) -> bool:
    return domain == by or ("." in by and domain.endswith(f".{by}"))


def _calendar_part(message: Message) -> tuple[bytes | None, str]:
    for part in message.walk():
        method = str(part.get_param("method", "")).upper()
        if part.get_content_type() == "text/calendar" and method in METHODS:
            payload = part.get_payload(decode=True)
            return (payload if isinstance(payload, bytes) else b""), method
    return None, ""


def _only_event(octets: bytes, method: str) -> Component:
    if not 0 < len(octets) <= LARGEST:
        raise Unusable
    try:
        calendar = Calendar.from_ical(octets)
        found = [each for each in calendar.walk("VEVENT") if "RECURRENCE-ID" not in each]
    except (ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        raise Unusable from error
    if len(found) != 1 or str(calendar.get("METHOD", "")).upper() != method:
        raise Unusable
    return found[0]


def _is_by_hand(message: Message) -> bool:
    said = str(message.get("auto-submitted") or "no").split(";")[0].strip().lower()
    return said == "no"
