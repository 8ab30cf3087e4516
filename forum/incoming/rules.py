"""What a report about an email means, and when an address is written to no more. Pure.

Codes are enhanced mail system status codes (RFC 3463): class.subject.detail, such as 5.1.1. Where
a server gives none, or one that says little, its words are read: "550 No such user" is a 5.1.1.
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
MAILBOX = "5.2."
"""The address is there, and its mailbox takes nothing (RFC 3463 3.3)."""
STOPPING = frozenset({ReportKind.HARD, ReportKind.SOFT})
"""Nothing more is written to an address that is blocked for one of these."""
_WORST_FIRST = (ReportKind.HARD, ReportKind.SOFT, ReportKind.COMPLAINT)
_CODE = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_VAGUE = ("4.0.0", "5.0.0")
_LITTLE = frozenset({"5.0.0", "5.3.0", "5.4.1", "5.5.0", "5.5.1", "5.5.2", "5.5.4"})
"""Codes that servers give to whatever they refuse, such as Outlook to an unknown address."""
_NO_SUCH = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
_PUT_OFF = re.compile(r"(?<![\d.])4\d\d[ -]")
_ADDRESS = re.compile(r"<?[^\s<>()\"',:;=]{1,200}@[^\s<>()\"',:;]{1,200}>?")
_WHOM = r"(?:user|recipient|mailbox|account|address(?:ee)?|e-?mail|person|alias|local[- ]part)"
_NOBODY = re.compile(
    rf"no such {_WHOM}|no mailbox (?:here )?(?:by|with) that name|no {_WHOM} (?:here|found)"
    rf"|(?:unknown|invalid|non-?existent|undeliverable|bad) (?:\w+ )?{_WHOM}"
    rf"|{_WHOM}\b[^.]{{0,60}}\b(?:unknown|not (?:be )?(?:found|exist|known|valid|listed|recognized)"
    r"|(?:does|did)(?: not|n't) exist|doesn.t exist|no longer|invalid|unavailable|inactive|disabled"
    r"|deactivated|deleted|closed|suspended|expired)"
    r"|recipient(?:address)?notfound|(?:does not|doesn.t) have an? .{0,40}account"
    r"|not a valid (?:mailbox|user|recipient|address|account)|not our customer"
    r"|recipient address rejected: access denied|recipient not accepted",
    re.IGNORECASE,
)
"""How servers say that an address is gone: Gmail, Outlook, Yahoo, Postfix, Exim, Mimecast, …"""
_FULL = re.compile(
    r"(?:mailbox|inbox|account|folder|recipient).{0,40}(?:full|over (?:its |the )?quota|quota)"
    r"|over ?quota|storage (?:allocation|limit|space|quota)|out of (?:storage|space)",
    re.IGNORECASE,
)
_POLICY = re.compile(
    r"polic(?:y|ies)|spam|unsolicited|junk|\bbulk\b|blocked|block[- ]?list|black[- ]?list|\brbl\b"
    r"|dnsbl|reputation|banned|abus(?:e|ive)|virus|malware|phish|spoof|dmarc|dkim|\bspf\b"
    r"|unauthenticated|authenticat|relay|sender|sending|prohibit|administrativ|\bcontent\b"
    r"|verify failed|verification failed|too many|throttl|\brate\b",
    re.IGNORECASE,
)
_ENDED = (
    r"(?:suspended|disabled|deactivated|inactive|expired|closed|deleted|terminated|cancell?ed|locked"
    r"|frozen|on hold|unavailable|no longer|not (?:active|enabled|verified|activated))"
)
_YOUR_ACCOUNT = re.compile(
    r"\byour (?:(?:e-?mail|mail|smtp|relay|sending|hosting|trial|user) ){0,2}account\b"
    r"(?! (?:manager|admin|team|owner|rep))",
    re.IGNORECASE,
)
_AN_ACCOUNT = re.compile(
    rf"\baccount\b[^.]{{0,60}}\b{_ENDED}|\b{_ENDED} (?:[\w-]+ )?account\b", re.IGNORECASE
)
_NAMED = re.compile(
    rf"recipient|addressee|\buser\b|mailbox|\baddress\b|\bperson\b|\balias\b|tried to reach"
    rf"|<…>.*\b{_ENDED}",
    re.IGNORECASE,
)
"""Words by which an account is a reader's. An address behind them is whom to ask for help."""
_HEADER = re.compile(
    r"\bheaders?\b|\bfrom\b[\"':]? ?(?:address|field|line|domain)\b|\bin the [\"']?from\b"
    r"|reply-?to|return[- ]path|\bmessage-?id\b|envelope[- ]from",
    re.IGNORECASE,
)
_TAKES_NO_MORE = re.compile(
    r"\b(?:mailbox|inbox|maildrop)\b.{0,60}\b(?:full|quota|limits?|rate|exceed\w*)\b"
    r"|\b(?:full|quota|limits?|exceed\w*)\b.{0,40}\b(?:mailbox|inbox|maildrop)\b"
    r"|\brecipient(?:'s|(?: <…>)? (?:has|is))\b.{0,60}\b(?:full|quota|limits?|rate|exceed\w*)\b"
    r"|\b(?:user|recipient|person)\b.{0,40}\breceiving (?:e-?mail|mail|messages)\b"
    r"|\btoo (?:many|much)\b.{0,40}\b(?:for|to|in) (?:this|the|that|its) "
    r"(?:recipient|mailbox|inbox|user)\b",
    re.IGNORECASE,
)
_OUR_MAILBOX = re.compile(
    r"storedrv\.submission|clientsubmit|sendasdenied|outboundspam|submissionquota", re.IGNORECASE
)
"""Exchange Online refuses what our own mailbox sends with the codes of a reader's."""
_WE_SEND = re.compile(r"\b(?:send|sending|submission|outgoing|outbound)\b", re.IGNORECASE)


def code_in(*texts: str) -> str:
    """Return the first code in some texts that says more than "it failed"; else what is there.

    Where a refusal's code says little, its words decide: an address that is gone is 5.1.1, a full
    mailbox 5.2.2, and a refusal of who we are or what we wrote 5.7.1. Who speaks of both says no
    more than the second. So do words about our own account or about the letter's From.
    """
    found = [match[0] for text in texts for match in _CODE.finditer(text)]
    code = next((code for code in found if code not in _VAGUE), found[0] if found else "")
    said = without_addresses(" ".join(texts))
    if code.startswith("4.") or (not code and _PUT_OFF.search(said)):
        return code
    return _in_words(code, said)


def _in_words(code: str, said: str) -> str:
    """Return what a refusal's words say, where they say more than its code."""
    is_gone = _NOBODY.search(said) is not None
    if speaks_of_our_mailbox(said) or _blames_us(code, said, is_gone=is_gone):
        return "5.7.1"
    if code and code not in _LITTLE:
        return code
    if takes_no_more(said):
        return "5.2.2"
    if speaks_of_policy(said):
        return code or "5.7.1"
    if is_gone:
        return "5.1.1"
    return "5.2.2" if _FULL.search(said) else code


def _blames_us(code: str, said: str, *, is_gone: bool) -> bool:
    """Tell whether words speak of us or of the letter, and the code of the address or of little."""
    if code in _NO_SUCH:
        return speaks_of_our_account(said) or (speaks_of_policy(said) and not is_gone)
    is_of_the_letter = is_gone and _HEADER.search(said) is not None
    says_little = not code or code in _LITTLE
    return says_little and (is_of_the_letter or speaks_of_our_account(said))


def speaks_of_policy(said: str) -> bool:
    """Tell whether a refusal speaks of who we are or of what we wrote."""
    return _POLICY.search(without_addresses(said)) is not None


def speaks_of_our_account(said: str) -> bool:
    """Tell whether a server speaks of the account that we send through, not of a reader's.

    One that is suspended or disabled while no reader is named in any way is ours.
    """
    said = without_addresses(said)
    if _YOUR_ACCOUNT.search(said):
        return True
    return _AN_ACCOUNT.search(said) is not None and _NAMED.search(said) is None


def speaks_of_our_mailbox(said: str) -> bool:
    """Tell whether a server refuses what the mailbox sends through which we write."""
    return _OUR_MAILBOX.search(said) is not None


def takes_no_more(said: str) -> bool:
    """Tell whether one reader's mailbox takes no more for now, in a server's words."""
    said = without_addresses(said)
    is_ours = _WE_SEND.search(said) is not None or speaks_of_our_account(said)
    return not is_ours and _TAKES_NO_MORE.search(said) is not None


def without_addresses(said: str) -> str:
    """Return a server's words without any address: it names a person, and may hold any word."""
    return _ADDRESS.sub("<…>", said)


def is_of_the_address(code: str) -> bool:
    """Tell whether a refusal is the address's or its mailbox's, for now or for good."""
    return kind_of(code) == ReportKind.HARD or code.startswith(MAILBOX)


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
