"""What a mail server's answer means, by the moment at which it was given. Pure.

An answer is a code and words (RFC 5321 4.2). Some servers add an enhanced code (RFC 3463, 2034);
many large ones say the reason in words alone, or with a code that says little, so the words that
they really send are read too.
"""

import re
from enum import StrEnum

from forum.incoming.rules import (
    code_in,
    is_about_us,
    is_of_the_address,
    speaks_of_our_account,
    speaks_of_our_mailbox,
    speaks_of_policy,
    takes_no_more,
    without_addresses,
)


class Stage(StrEnum):
    """How far a conversation had come (RFC 5321 3)."""

    CONNECT = "connect"
    """The greeting, EHLO, STARTTLS."""
    SIGN_IN = "sign in"
    """AUTH (RFC 4954)."""
    SENDER = "sender"
    """MAIL FROM: who writes is known, to whom is not."""
    RECIPIENT = "recipient"
    """RCPT TO."""
    LETTER = "letter"
    """DATA, and after the last dot."""


class Verdict(StrEnum):
    """What is to become of an email, and of the others."""

    TAKEN = "taken"
    WAITS = "waits"
    """This email or its address is to wait, such as for a greylist; others go on."""
    LATER = "later"
    """This email is put off, who knows why: many in a row are the server's trouble."""
    BUSY = "busy"
    """The server takes no more for now, from us or from anybody: all wait a little."""
    OURS = "ours"
    """We are refused, whatever we bring: all wait until somebody has mended it."""
    ADDRESS = "address"
    """Nothing to this address will be taken."""
    LETTER = "letter"
    """This email will not be taken; what its address has to do with it is unknown."""


TEMPORARY, PERMANENT, CLOSING = 400, 500, 421
SIGN_IN_FIRST = frozenset({525, 530, 534, 535, 538})
"""Replies that ask for a name and password, or for others (RFC 4954 4 and 6, RFC 5248)."""
SYSTEM, TOO_LARGE_FOR_SYSTEM = ".3.", "5.3.4"
"""Subject 3 is the mail system, whoever writes to whomever (RFC 3463 3.4)."""
MAILBOX = (".1.", ".2.")
"""Subjects that are about the address or its mailbox (RFC 3463 3.2 and 3.3)."""
_WHO_WE_ARE = """
    1.7 1.8 7.20 7.21 7.22 7.23 7.24 7.25 7.26 7.27 7.30 7.57 7.60 7.64
    7.501 7.502 7.503 7.509 7.511 7.515 7.700 7.701 7.703 7.705 7.708 7.750
"""
WHO_WE_ARE = frozenset(f"{kind}.{said}" for kind in (4, 5) for said in _WHO_WE_ARE.split())
"""Our address is not liked (RFC 3463 3.2), our domain or host not vouched for (RFC 7372, Gmail,
Outlook), or our account is stopped (Exchange Online)."""

_GREYLISTED = re.compile(r"gr[ea]y[- ]?list", re.IGNORECASE)
_BUSY = re.compile(
    r"too (?:many|much|fast)|throttl|slow down|concurren|unexpected volume|unusual rate|rapid"
    r"|\brate\b.{0,40}\b(?:limit|exceed)|\b(?:limit|quota)s?\b.{0,40}\bexceed"
    r"|exceed\w*\b.{0,60}\b(?:limit|rate|quota)|server (?:is )?(?:too )?busy"
    r"|4\.7\.(?:28|500|650)\b",
    re.IGNORECASE,
)
_QUOTA_OF_OURS = re.compile(
    r"(?:daily|hourly|sending|submission|outgoing|messages? per)\b.{0,40}"
    r"\b(?:limit|quota|rate)|(?:limit|quota|rate)\b.{0,40}\bper (?:day|hour)"
    r"|unusual sending activity|too many (?:connections|messages|mails)"
    r"|exceeded (?:the max|your) .{0,60}(?:limit|quota|per (?:hour|day)|credit)"
    r"|exceeded (?:the max|your limit)"
    r"|credits? (?:limit )?exceeded|(?:insufficient|not enough|out of|no) credits?\b"
    r"|\b(?:trial|licen[cs]e|subscription|plan)\b.{0,20}\bexpired",
    re.IGNORECASE,
)
_NO_RELAY = re.compile(
    r"rela(?:y|ying)\b.{0,30}\b(?:denied|not (?:permitted|allowed|available)|prohibited|refused)"
    r"|(?:not|unable|cannot|can't|refus\w+|denied).{0,20}\brelay|relaying is|tenantattribution"
    r"|relaying disallowed|allowed rcpthosts|credentials for relay",
    re.IGNORECASE,
)
_WHO_ARE_YOU = re.compile(
    r"authenticat\w*.{0,30}(?:required|needed|first|mandatory)|not (?:yet )?(?:logged|signed) in"
    r"|(?:must|need to|please|requires?).{0,20}(?:authenticat|log ?in|sign ?in|smtp auth|starttls)"
    r"|sender (?:address |domain |is )?(?:was )?(?:rejected|unauthenticated|not (?:allowed|owned))"
    r"|(?:not (?:allowed|permitted|authorized)|permissions?).{0,20}send (?:as|from|mail|on behalf)"
    r"|sending domain|spf (?:check|fail)|dkim|dmarc|fails? .{0,20}authentication"
    r"|sender policy framework|\b(?:helo|ehlo)\b.{0,20}rejected|reverse (?:hostname|dns)"
    r"|cannot find your (?:reverse )?hostname|unauthori[sz]ed (?:ip|sender|host)"
    r"|(?:un|not )authenticated sender|not authori[sz]ed to (?:send|perform .{0,10}send)"
    r"|sender (?:address|domain|signature|identity)\b.{0,40}\bnot (?:been )?"
    r"(?:verified|validated|confirmed|found|allowed)|verified sender"
    r"|e-?mail address (?:is )?not verified|identities failed the check"
    r"|domain\b.{0,60}\b(?:not allowed to send|unverified|not verified)"
    r"|sending (?:suspended|paused)|sandbox (?:sub)?domain|activate your .{0,20}account",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"block(?:ed)? (?:using|by|list)|block[- ]?list|black[- ]?list|\brbl\b|dnsbl|spamhaus"
    r"|spamcop|barracuda|banned sending|client host.{0,60}(?:block|reject)"
    r"|your (?:ip|server|host|network)\b.{0,60}(?:block|ban|list|reject|reputation)"
    r"|(?:poor|bad|low) reputation|5\.7\.60[6-9]\b",
    re.IGNORECASE,
)


_OF_A_GROUP = re.compile(r"resolver\.rst\.", re.IGNORECASE)
"""Exchange: a group of readers takes mail of some senders only (RESOLVER.RST.…)."""


def verdict(stage: Stage, code: int, words: str) -> Verdict:
    """Return what an answer of a mail server means.

    `code` is the reply's code, `words` all that it said. What is refused before an address was
    named is never that address's fault, nor the email's.
    """
    if code < TEMPORARY:
        return Verdict.TAKEN
    if code < PERMANENT:
        return _put_off(stage, words)
    if stage in {Stage.CONNECT, Stage.SIGN_IN, Stage.SENDER} or code in SIGN_IN_FIRST:
        return Verdict.OURS
    return _refused(stage, words)


def _put_off(stage: Stage, words: str) -> Verdict:
    """Read a 4xx: of this email, of all of them, or of who we are."""
    words, enhanced = without_addresses(words), code_in(words)
    if stage in {Stage.CONNECT, Stage.SIGN_IN}:
        return Verdict.BUSY
    if enhanced in WHO_WE_ARE:
        return Verdict.OURS
    if _is_about(enhanced, MAILBOX) or _GREYLISTED.search(words):
        return Verdict.WAITS  # such as Gmail's "receiving mail at a rate that …" (4.2.1)
    if not enhanced and takes_no_more(words):
        return Verdict.WAITS
    if _BUSY.search(words) or _is_about(enhanced, (SYSTEM,)) or stage == Stage.SENDER:
        return Verdict.BUSY
    return Verdict.OURS if _WHO_ARE_YOU.search(words) else Verdict.LATER


def _refused(stage: Stage, words: str) -> Verdict:
    """Read a 5xx to an address or a letter."""
    words, code = without_addresses(words), code_in(words)
    if _OF_A_GROUP.search(words):
        return Verdict.LETTER
    if speaks_of_our_mailbox(words):
        return Verdict.OURS
    if is_of_the_address(code) and not _NO_RELAY.search(words):
        return Verdict.ADDRESS
    if _is_ours(code, words):
        return Verdict.OURS
    is_hers = code and not is_about_us(code) and not speaks_of_policy(words)
    return Verdict.ADDRESS if is_hers and stage == Stage.RECIPIENT else Verdict.LETTER


def _is_ours(code: str, words: str) -> bool:
    """Tell whether a 5xx is about us: our account, our name, listed, over our quota, no relay."""
    is_system = _is_about(code, (SYSTEM,)) and code != TOO_LARGE_FOR_SYSTEM
    said = (_NO_RELAY, _WHO_ARE_YOU, _LISTED, _QUOTA_OF_OURS)
    if code in WHO_WE_ARE or is_system or speaks_of_our_account(words):
        return True
    return any(each.search(words) for each in said)


def _is_about(code: str, subjects: tuple[str, ...]) -> bool:
    """Tell whether an enhanced code has one of these subjects."""
    return bool(code) and code[1:].startswith(subjects)
