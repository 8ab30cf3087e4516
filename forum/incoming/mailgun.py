"""Mailgun: webhooks that are signed, and what they say of an email.

See "Securing webhooks" and "Webhook payloads" in Mailgun's documentation.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from forum.incoming.models import ReportKind
from forum.incoming.reports import Forged, Returned, Unusable
from forum.incoming.rules import code_in, kind_of

MOST_AGE = timedelta(minutes=15)
SKEW = timedelta(minutes=1)
LONGEST_TOKEN = 200
NOT_HERS = {"suppress-complaint", "espblock"}


@dataclass(frozen=True, slots=True)
class Signed:
    """A webhook that Mailgun has signed. `token` may come once."""

    token: str
    event: Mapping[str, Any]


def verified(body: bytes, key: str, *, now: datetime) -> Signed:
    """Return a webhook, once it is certain that Mailgun sent it lately.

    Raises Unusable for what has no such form, and Forged for a wrong signature or an old one.
    """
    try:
        said = json.loads(body)
        signature, event = said["signature"], said["event-data"]
        stamp, token = str(signature["timestamp"]), str(signature["token"])
        given, at = str(signature["signature"]), datetime.fromtimestamp(int(stamp), UTC)
    except (ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError) as error:
        raise Unusable from error
    if not isinstance(event, dict) or not 0 < len(token) <= LONGEST_TOKEN:
        raise Unusable
    made = hmac.new(key.encode(), f"{stamp}{token}".encode("utf-8", "replace"), hashlib.sha256)
    if not hmac.compare_digest(made.hexdigest().encode(), given.lower().encode("utf-8", "replace")):
        raise Forged
    if not now - MOST_AGE <= at <= now + SKEW:
        raise Forged
    return Signed(token, event)


def read(event: Mapping[str, Any]) -> Returned | None:
    """Return what an event says of an email. None for what is no trouble, or not yet.

    A temporary failure is only a try of Mailgun's that it repeats. Raises Unusable.
    """
    try:
        match event.get("event"):
            case "complained":
                return Returned(_marks(event), ReportKind.COMPLAINT)
            case "failed" if event.get("severity") == "permanent":
                return _failed(event)
    except (AttributeError, TypeError) as error:
        raise Unusable from error
    return None


def _failed(event: Mapping[str, Any]) -> Returned:
    """Believe the code of the other mail server. Without one, it did not arrive this time."""
    marks = _marks(event)
    if event.get("reason") in NOT_HERS:
        return Returned(marks, ReportKind.SOFT, "5.7.1")
    status = event.get("delivery-status") or {}
    told = (str(status.get(name) or "") for name in ("enhanced-code", "message", "description"))
    code = code_in(*told)
    return Returned(marks, kind_of(code) or ReportKind.SOFT, code or "5.0.0")


def _marks(event: Mapping[str, Any]) -> tuple[str, ...]:
    headers = (event.get("message") or {}).get("headers") or {}
    envelope = event.get("envelope") or {}
    return (str(headers.get("message-id") or ""), str(envelope.get("sender") or ""))
