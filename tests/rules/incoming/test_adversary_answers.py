"""What is said of us or of the server makes nobody's address one that is gone."""

import pytest

from forum.incoming.answer_rules import Stage, Verdict, verdict
from forum.incoming.models import ReportKind
from forum.incoming.rules import code_in, kind_of

OF_US = {
    "a relay that has closed our account": "550 Your account has been suspended",
    "a relay, in other words": "554 5.0.0 Account disabled, contact support",
    "a relay that was not paid": "550 This account has expired, please renew your plan",
    "Exim, of our From line": "550 Message contains an invalid address in the From header",
}


@pytest.mark.parametrize("who", OF_US)
@pytest.mark.parametrize("stage", [Stage.RECIPIENT, Stage.LETTER])
def test_no_readers_address_is_blocked_because_our_own_account_is_closed(who, stage):
    said = OF_US[who]
    assert kind_of(code_in(said)) != ReportKind.HARD, code_in(said)
    assert verdict(stage, int(said[:3]), said) != Verdict.ADDRESS


FULL_FOR_NOW = {
    "no code": "452 Requested action not taken: mailbox quota exceeded",
    "hers alone": "450 Recipient has exceeded their message rate limit",
}


@pytest.mark.parametrize("who", FULL_FOR_NOW)
def test_one_readers_full_mailbox_keeps_nobody_elses_mail_waiting(who):
    said = FULL_FOR_NOW[who]
    assert verdict(Stage.RECIPIENT, int(said[:3]), said) in {Verdict.WAITS, Verdict.LATER}
