"""Why a mail server did not take a letter, each in one plain sentence for the desk.

The server's own words stand behind a colon.
"""

from forum.addresses import one_line
from forum.incoming.answer_rules import CLOSING, Stage, Verdict, verdict
from forum.tongues import kept

LONGEST_REPLY = 200
LEAST_CODE = 200
SILENT = kept("The mail server did not answer in time.")
UNREACHABLE = kept("The mail server cannot be reached.")
CLOSED = kept("The mail server closed the connection.")
LOST = kept("The mail server closed the connection before it said whether it took the email.")
GARBLED = kept("The mail server's answer cannot be understood.")
NOT_SIGNED_IN = kept("The mail server does not accept our name and password.")
NO_SERVICE = kept("The mail server does not offer what the settings ask for.")
UNTRUSTED = kept("The mail server's certificate is not to be trusted.")
REFUSED = kept("The mail server refused the email:")
BUSY = kept("The mail server takes no more for now:")
REFUSES_US = kept("The mail server refuses us:")
LATER = kept("The mail server asked to try again later:")
NO_MAILDIR = kept("The mail folder cannot be written to.")


class NotDelivered(Exception):
    """The server did not take a letter. `reason` is one plain sentence for the desk.

    `stage` is how far the conversation had come. `is_in_doubt`: it may have taken it after all.
    `is_closing`: it hangs up.
    """

    def __init__(self, reason: str, stage: Stage = Stage.CONNECT) -> None:
        super().__init__(reason)
        self.reason = reason
        self.stage = stage
        self.is_in_doubt = False
        self.is_closing = False


class TemporaryFailure(NotDelivered):
    """Another try may go well."""


class PermanentFailure(NotDelivered):
    """No other try will go well."""


class ServerUnreachable(TemporaryFailure):
    """No usable connection: down, not trusted, or it broke."""


class ServerSilent(TemporaryFailure):
    """The server did not answer in time."""


class ServerGarbled(ServerUnreachable):
    """What came is no reply (RFC 5321 4.2): whoever is there speaks something else."""


class ServerFull(TemporaryFailure):
    """The server takes no more for now, whoever the letter is to."""


class RefusesUs(TemporaryFailure):
    """The server refuses us, whatever we bring: a setting of ours, or how we are known."""


class ServerBusy(TemporaryFailure):
    """The server asks to come back later with this letter (4xx, RFC 5321 4.2.1).

    `is_its_turn`: for a reason of this letter or its address, such as a greylist.
    """

    is_its_turn = False


class LetterRefused(PermanentFailure):
    """The server will not take this letter (5xx, RFC 5321 4.2.1)."""


class RecipientRefused(LetterRefused):
    """The server will not take letters to this address. `said` is its answer."""

    said = ""


class AddressUnusable(PermanentFailure):
    """The address cannot be written to by mail."""


def check(reply: tuple[int, bytes], stage: Stage = Stage.SENDER) -> None:
    """Go on when the server agreed.

    Raises what its answer means at this stage, with its words, or ServerGarbled when it has none.
    """
    code, text = reply
    if code < LEAST_CODE:
        raise ServerGarbled(GARBLED, stage)
    failure = _meant(code, text.decode("utf-8", "replace"), stage)
    if failure is not None:
        failure.is_closing = code == CLOSING
        raise failure


def _meant(code: int, words: str, stage: Stage) -> NotDelivered | None:
    said = one_line(f"{code} {words}")
    shown = said[:LONGEST_REPLY]
    match verdict(stage, code, said):
        case Verdict.TAKEN:
            return None
        case Verdict.BUSY:
            return ServerFull(f"{BUSY} {shown}", stage)
        case Verdict.OURS:
            return RefusesUs(f"{REFUSES_US} {shown}", stage)
        case Verdict.WAITS | Verdict.LATER as later:
            busy = ServerBusy(f"{LATER} {shown}", stage)
            busy.is_its_turn = later == Verdict.WAITS
            return busy
        case Verdict.ADDRESS:
            gone = RecipientRefused(f"{REFUSED} {shown}", stage)
            gone.said = said
            return gone
        case Verdict.LETTER:
            return LetterRefused(f"{REFUSED} {shown}", stage)
