"""What a report about an email means, and when an address is written to no more. Pure.

Codes are enhanced mail system status codes (RFC 3463): class.subject.detail, such as 5.1.1.
"""

import re
from datetime import timedelta

from forum.incoming.models import ReportKind

SOFT_WINDOW = timedelta(days=7)
SOFT_LIMIT = 3
"""So many emails that did not arrive within the window are as good as an address that is gone."""
OURS = ("5.7.", "5.1.7", "5.1.8")
"""Refusals for who we are or what we wrote: policy, and a sender that is not liked."""
GONE = ("5.1.", "5.2.1")
"""There is no such address, or its mailbox is closed (RFC 3463 3.2 and 3.3)."""
STOPPING = frozenset({ReportKind.HARD, ReportKind.SOFT})
"""Nothing more is written to an address that is blocked for one of these."""
_WORST_FIRST = (ReportKind.HARD, ReportKind.SOFT, ReportKind.COMPLAINT)
_CODE = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_VAGUE = ("4.0.0", "5.0.0")


def code_in(*texts: str) -> str:
    """Return the first code in some texts that says more than "it failed"; else what is there."""
    found = [match[0] for text in texts for match in _CODE.finditer(text)]
    return next((code for code in found if code not in _VAGUE), found[0] if found else "")


def kind_of(code: str) -> ReportKind | None:
    """Return what a code says of an email, or None where it says of no failure."""
    if not code.startswith(("4.", "5.")):
        return None
    is_gone = code == GONE[1] or code.startswith(GONE[0])
    return ReportKind.HARD if is_gone and not is_about_us(code) else ReportKind.SOFT


def is_about_us(code: str) -> bool:
    """Tell whether an email was refused for a reason that its address has no part in."""
    return code.startswith(OURS[0]) or code in OURS[1:]


def block_for(kind: ReportKind, *, softs: int) -> ReportKind | None:
    """Return for what an address is to be blocked now, if at all.

    `softs` is how many emails to it did not arrive within the window, with this one.
    """
    if kind == ReportKind.SOFT and softs < SOFT_LIMIT:
        return None
    return kind


def is_worse(kind: ReportKind, than: ReportKind) -> bool:
    """Tell whether a block for one kind keeps back more, or for longer, than for another."""
    return _WORST_FIRST.index(kind) < _WORST_FIRST.index(than)
