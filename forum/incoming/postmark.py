"""Postmark: what its webhooks for bounces and spam complaints say of an email.

They are not signed; who knows the name and password of the door is Postmark. See "Bounce webhook"
and "Spam complaint webhook" in Postmark's developer documentation.
"""

import json
from collections.abc import Mapping
from typing import Any

from forum.incoming.models import ReportKind
from forum.incoming.reports import Returned, Unusable
from forum.incoming.rules import code_in, kind_of

HARD = {"HardBounce", "BadEmailAddress"}
SOFT = {"SoftBounce", "Transient", "DnsError", "Unknown"}
NOT_HERS = {"Blocked", "SpamNotification", "VirusNotification", "DMARCPolicy"}
"""Refused for who we are or what we wrote."""
COMPLAINT = "SpamComplaint"


def read(body: bytes) -> Returned | None:
    """Return what a webhook says of an email. None for what is no trouble. Raises Unusable."""
    said = _said(body)
    marks = _marks(said)
    match said.get("RecordType"), said.get("Type"):
        case "SpamComplaint", _:
            return Returned(marks, ReportKind.COMPLAINT)
        case "Bounce", "SpamComplaint":
            return Returned(marks, ReportKind.COMPLAINT)
        case "Bounce", kind if kind in HARD | SOFT:
            return _bounce(said, marks, is_hard=kind in HARD)
        case "Bounce", kind if kind in NOT_HERS:
            return Returned(marks, ReportKind.SOFT, "5.7.1")
    return None


def _bounce(said: Mapping[str, Any], marks: tuple[str, ...], *, is_hard: bool) -> Returned:
    """Believe the code of the other mail server where there is one, else Postmark's own word."""
    code = code_in(str(said.get("Details") or ""))
    by_code = kind_of(code) if code and not code.endswith(".0.0") else None
    if by_code is None:
        kind = ReportKind.HARD if is_hard else ReportKind.SOFT
        return Returned(marks, kind, code or ("5.0.0" if is_hard else "4.0.0"))
    return Returned(marks, by_code, code)


def _marks(said: Mapping[str, Any]) -> tuple[str, ...]:
    metadata = said.get("Metadata")
    named = metadata.get("mark", "") if isinstance(metadata, dict) else ""
    return (str(named), str(said.get("MessageID") or ""))


def _said(body: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unusable from error
    if not isinstance(said, dict):
        raise Unusable
    for name in ("RecordType", "Type"):
        if not isinstance(said.get(name, ""), str):
            raise Unusable
    return said
