"""What mail servers' answers mean, in the words that large providers send."""

import pytest

from forum.incoming.answer_rules import Stage, Verdict, verdict
from forum.incoming.models import ReportKind
from forum.incoming.rules import code_in, is_about_us, kind_of, without_addresses

GONE = {
    "bare": "550 No such user",
    "bare, here": "550 No such user here",
    "Gmail": (
        "550 5.1.1 The email account that you tried to reach does not exist. Please try"
        " double-checking the recipient's email address for typos or unnecessary spaces."
        " https://support.google.com/mail/?p=NoSuchUser - gsmtp"
    ),
    "Gmail, disabled": "550 5.2.1 The email account that you tried to reach is disabled.",
    "Gmail, inactive": "550 5.2.1 The email account that you tried to reach is inactive.",
    "Outlook.com": (
        "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)."
        " [AM7EUR03FT012.eop-EUR03.prod.protection.outlook.com]"
    ),
    "Exchange Online": (
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"
    ),
    "Exchange Online at its edge": (
        "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)"
        " [DB5EUR03FT051.eop-EUR03.prod.protection.outlook.com]"
    ),
    "Exchange": "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found",
    "Yahoo": "554 delivery error: dd This user doesn't have a yahoo.com account (ada@y.example)",
    "Yahoo, later": "552 1 Requested mail action aborted, mailbox not found",
    "Yahoo, closed": (
        "554 30 Sorry, your message to ada@yahoo.example cannot be delivered. This mailbox is"
        " disabled (554.30)."
    ),
    "iCloud": "550 5.1.1 <ada@icloud.example>: user does not exist",
    "Postfix": (
        "550 5.1.1 <ada@people.example>: Recipient address rejected: User unknown in local"
        " recipient table"
    ),
    "Postfix, virtual": (
        "550 5.1.1 <spam@people.example>: Recipient address rejected: User unknown in virtual"
        " mailbox table"
    ),
    "Postfix, old": "550 <ada@people.example>: User unknown in local recipient table",
    "Yahoo, discontinued": (
        "554 delivery error: dd Sorry your message to ada@yahoo.example cannot be delivered. This"
        " account has been disabled or discontinued [#102]."
    ),
    "an account that never was": "550 No such account",
    "a user's account": "550 The user's account is suspended",
    "whom to ask": "550 No such user, ask your account manager",
    "Exim": "550 Unrouteable address, unknown user",
    "Sendmail": "550 5.1.1 <ada@people.example>... User unknown",
    "qmail": "550 sorry, no mailbox here by that name. (#5.1.1)",
    "Proofpoint": "550 5.1.1 <ada@people.example>: User unknown",
    "Proofpoint Essentials": "550 Invalid recipient <ada@people.example> (#5.1.1)",
    "Mimecast": (
        "550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550"
        " [nNKsYPW7MmKbg8zXmQVXjQ.uk90]"
    ),
    "GMX": "550 Requested action not taken: mailbox unavailable",
    "no mail for that domain": "556 5.1.10 Recipient address has null MX",
    "a domain that is none": "550 5.1.2 Host unknown",
}


@pytest.mark.parametrize("stage", [Stage.RECIPIENT, Stage.LETTER])
@pytest.mark.parametrize("who", GONE)
def test_an_address_that_is_gone_is_known_by_code_or_by_words(who, stage):
    said = GONE[who]
    assert verdict(stage, int(said[:3]), said) == Verdict.ADDRESS
    assert kind_of(code_in(said)) == ReportKind.HARD


FULL = {
    "Gmail": "552 5.2.2 The email account that you tried to reach is over quota.",
    "RFC 5321": "552 Requested mail action aborted: exceeded storage allocation",
    "bare": "552 Mailbox is full",
    "in an hour": "550 Recipient has exceeded their rate limit per hour",
    "Exchange": "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException",
}


@pytest.mark.parametrize("who", FULL)
def test_a_full_mailbox_is_the_addresss_and_not_for_good(who):
    said = FULL[who]
    assert verdict(Stage.RECIPIENT, int(said[:3]), said) == Verdict.ADDRESS
    assert kind_of(code_in(said)) == ReportKind.SOFT
    assert not is_about_us(code_in(said))


POLICY = {
    "bare": "550 Message rejected due to local policy",
    "spam": "550 This message was classified as spam",
    "Gmail": (
        "550 5.7.1 Our system has detected that this message is likely unsolicited mail. To reduce"
        " the amount of spam sent to Gmail, this message has been blocked."
    ),
    "GMX": "554 Transaction failed Reject due to policy restrictions.",
    "Mimecast": "550 Administrative prohibition - envelope blocked",
    "Mimecast, spoofing": "550 Rejected by header based Anti-Spoofing policy",
    "Proofpoint": "550 5.7.0 Local Policy Violation",
    "Proofpoint, virus": "554 5.7.1 Message contains a virus",
    "a code that lies": "550 5.1.1 Rejected by our spam filter",
    "words of both": "550 Recipient unknown or rejected by policy",
    "nothing said": "550 no",
    "too large": "552 5.3.4 Message size exceeds fixed maximum message size",
    "broken": "554 5.6.0 Invalid message",
    "its owner's wish": "550 sorry, no mailbox here by that name. (#5.7.17)",
}


@pytest.mark.parametrize("who", POLICY)
def test_a_refusal_of_what_we_wrote_fails_that_email_and_blocks_nobody(who):
    said = POLICY[who]
    assert verdict(Stage.LETTER, int(said[:3]), said) == Verdict.LETTER
    assert kind_of(code_in(said)) in {ReportKind.SOFT, None}


OURS = {
    "Postfix": "554 5.7.1 <ada@people.example>: Relay access denied",
    "Exchange": "550 5.7.1 Unable to relay",
    "Exchange Online": "550 5.7.64 TenantAttribution; Relay Access Denied",
    "bare": "550 relaying denied",
    "Exim": "550 relay not permitted",
    "Sendmail": "550 5.7.1 <ada@people.example>... Relaying denied. Authentication required.",
    "sign in": "530 5.7.0 Authentication required",
    "Gmail, sign in": "530-5.5.1 Authentication Required. Learn more at",
    "STARTTLS": "530 5.7.0 Must issue a STARTTLS command first",
    "sender": "553 5.7.1 <events@lantern.example>: Sender address rejected: not owned by user",
    "sender's domain": (
        "550 5.1.8 <events@lantern.example>: Sender address rejected: Domain not found"
    ),
    "Outlook, as whom": (
        "550 5.7.60 SMTP; Client does not have permissions to send as this sender"
    ),
    "Outlook, unproved": (
        "550 5.7.515 Access denied, sending domain LANTERN.EXAMPLE doesn't meet the required"
        " authentication level."
    ),
    "Gmail, unproved": (
        "550 5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail"
        " requires all senders to authenticate with either SPF or DKIM."
    ),
    "Spamhaus": (
        "554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org"
    ),
    "Outlook, banned": "550 5.7.606 Access denied, banned sending IP [192.0.2.7]",
    "Gmail, quota": "550 5.4.5 Daily user sending limit exceeded. For more information on Gmail",
    "Zoho, quota": "550 5.4.6 Unusual sending activity detected.",
    "the server": "554 5.3.5 System incorrectly configured",
    "our account, suspended": "550 Your account has been suspended",
    "our account, disabled": "554 5.0.0 Account disabled, contact support",
    "our account, whom to ask": "554 Account disabled, write to help@relay.example",
    "our account, not paid": "550 This account has expired, please renew your plan",
    "our account, as if it were hers": "550 5.1.1 Your email account is inactive",
    "our account, over quota": "552 Your account is over quota",
    "SES, not approved": (
        "554 Message rejected: Email address is not verified. The following identities failed the"
        " check in region US-EAST-1: events@lantern.example"
    ),
    "SES, stopped": "554 Message rejected: Sending suspended for this account.",
    "SES, no rights": "554 Access denied: User `x' is not authorized to perform `ses:SendRawEmail'",
    "SendGrid": "550 The from address does not match a verified Sender Identity.",
    "SendGrid, unproved": "550 Unauthenticated senders not allowed",
    "Mailgun": "550 Sandbox subdomains are for test purposes only. Please add your own domain.",
    "Mailgun, not active": (
        "550 Domain lantern.example is not allowed to send: Please activate your Mailgun account."
    ),
    "Mailgun, unproved": "550 5.7.1 The domain is unverified and requires DNS configuration.",
    "Exchange Online, as whom": (
        "554 5.2.252 SendAsDenied; a@lantern.example not allowed to send as b@lantern.example;"
        " STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied"
    ),
    "Exchange Online, spam": (
        "554 5.2.0 STOREDRV.Submission.Exception:OutboundSpamException; Failed to process message"
    ),
    "Exchange Online, quota": (
        "550 5.2.2 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to"
        " process message due to a permanent exception"
    ),
    "Exchange Online, its tenant": "550 5.7.705 Access denied, tenant has exceeded threshold",
    "Exchange Online, its address": (
        "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP."
    ),
    "Exchange Online, unknown": "550 5.7.57 Client not authenticated to send mail.",
    "Google, relay": "550 5.7.1 Invalid credentials for relay [192.0.2.7].",
    "Zoho, as whom": "553 Relaying disallowed as events@lantern.example",
    "Fastmail, as whom": "551 5.7.1 Not authorised to send from this header address",
    "Brevo": "525 5.7.1 Unauthorized IP address",
    "Mailjet": "554 5.7.1 Sender address not validated",
    "qmail, relay": "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
    "cPanel, an hour": (
        "550 Domain lantern.example has exceeded the max emails per hour (101/100 (101%)) allowed."
        " Message discarded."
    ),
    "cPanel, failures": (
        "550 Domain lantern.example has exceeded the max defers and failures per hour (5/5 (100%))"
        " allowed. Message discarded."
    ),
    "an hour": "550 You have exceeded your limit for the hour or day",
    "not paid": "550 5.7.1 Insufficient credits",
    "SPF": "550 5.7.23 The message was rejected because of Sender Policy Framework violation",
    "DKIM": "550 5.7.20 No valid signature",
    "our host": "550 5.7.25 The IP address sending this message does not have a PTR record",
    "our name": "550 5.7.1 <lantern>: Helo command rejected: Host not found",
}


@pytest.mark.parametrize("stage", [Stage.RECIPIENT, Stage.LETTER])
@pytest.mark.parametrize("who", OURS)
def test_a_refusal_of_us_is_nobody_elses_and_is_tried_again(who, stage):
    said = OURS[who]
    assert verdict(stage, int(said[:3]), said) == Verdict.OURS
    assert kind_of(code_in(said)) != ReportKind.HARD


OF_THE_LETTER = {
    "Exim": "550 Message contains an invalid address in the From header",
    "From": "554 5.5.0 From address is invalid",
    "where answers go": "550 Reply-To: unknown address",
}


@pytest.mark.parametrize("stage", [Stage.RECIPIENT, Stage.LETTER])
@pytest.mark.parametrize("who", OF_THE_LETTER)
def test_an_address_in_the_letter_that_is_not_liked_is_not_the_readers(who, stage):
    said = OF_THE_LETTER[who]
    assert verdict(stage, int(said[:3]), said) == Verdict.LETTER
    assert is_about_us(code_in(said))


@pytest.mark.parametrize("stage", [Stage.CONNECT, Stage.SIGN_IN, Stage.SENDER])
@pytest.mark.parametrize(
    "said",
    [
        "530 5.7.0 Authentication required",
        "535 5.7.8 Username and Password not accepted",
        "534 5.7.9 Application-specific password required",
        "538 5.7.11 Encryption required for requested authentication mechanism",
        "550 No such user",
        "550 5.1.1 no",
        "554 No SMTP service here",
        "553 5.1.7 bad address",
    ],
)
def test_what_is_refused_before_anybody_was_named_is_never_hers(stage, said):
    assert verdict(stage, int(said[:3]), said) == Verdict.OURS


BUSY = {
    "Postfix, lines": (
        Stage.CONNECT,
        "421 4.7.0 mx.lantern.example Error: too many connections from 192.0.2.7",
    ),
    "Exchange, lines": (
        Stage.CONNECT,
        (
            "421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing"
            " transmission channel"
        ),
    ),
    "any at first": (Stage.CONNECT, "451 please wait"),
    "sign in": (Stage.SIGN_IN, "454 4.7.0 Temporary authentication failure"),
    "Gmail, sign in": (Stage.SIGN_IN, "454 4.7.0 Too many login attempts, please try again later"),
    "Postfix, mails": (Stage.SENDER, "450 4.7.1 Error: too much mail from 192.0.2.7"),
    "Postfix, addresses": (Stage.RECIPIENT, "450 4.7.1 Error: too many recipients from 192.0.2.7"),
    "Exchange, mails": (
        Stage.SENDER,
        "421 4.4.2 Message submission rate for this client has exceeded the configured limit",
    ),
    "Exchange Online": (
        Stage.RECIPIENT,
        "451 4.7.500 Server busy. Please try again later from [192.0.2.7].",
    ),
    "Outlook.com": (
        Stage.LETTER,
        (
            "451 4.7.650 The mail server [192.0.2.7] has been temporarily rate limited due to IP"
            " reputation."
        ),
    ),
    "Yahoo": (
        Stage.RECIPIENT,
        (
            "421 4.7.0 [TSS04] Messages from 192.0.2.7 temporarily deferred due to unexpected"
            " volume or user complaints"
        ),
    ),
    "Gmail": (
        Stage.LETTER,
        "421 4.7.28 Our system has detected an unusual rate of unsolicited mail",
    ),
    "SES": (Stage.LETTER, "454 Throttling failure: Maximum sending rate exceeded."),
    "SES, daily": (Stage.LETTER, "454 Throttling failure: Daily message quota exceeded."),
    "ours alone": (Stage.RECIPIENT, "450 Mailbox has exceeded its sending limit"),
    "our account": (Stage.RECIPIENT, "452 Your account's mailbox quota is exceeded"),
    "a limit to recipients": (Stage.RECIPIENT, "452 Limit of recipients exceeded"),
    "disk": (Stage.RECIPIENT, "452 4.3.1 Insufficient system resources"),
    "shutting down": (Stage.LETTER, "421 4.3.2 Service not available"),
    "any at MAIL": (Stage.SENDER, "451 later"),
}


@pytest.mark.parametrize("who", BUSY)
def test_a_server_that_takes_no_more_for_now_is_no_ones_fault(who):
    stage, said = BUSY[who]
    assert verdict(stage, int(said[:3]), said) == Verdict.BUSY


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (Stage.LETTER, "451 try later"),
        (Stage.RECIPIENT, "421 closing"),
        (Stage.RECIPIENT, "450 <too-many@people.example> not now"),
    ],
)
def test_what_is_put_off_without_a_reason_climbs_its_own_ladder(stage, said):
    assert verdict(stage, int(said[:3]), said) == Verdict.LATER


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (Stage.RECIPIENT, "451 4.7.1 Greylisted, please come back"),
        (Stage.SENDER, "450 4.7.1 Graylisting in action, too many new senders"),
        (
            Stage.RECIPIENT,
            (
                "450 4.2.1 The user you are trying to contact is receiving mail at a rate that"
                " prevents additional messages from being delivered."
            ),
        ),
        (Stage.RECIPIENT, "451 4.7.1 Greylisted, authentication would be needed to pass"),
        (Stage.RECIPIENT, "452 4.2.2 Mailbox full"),
        (Stage.RECIPIENT, "450 4.1.1 User unknown in local recipient table"),
        (Stage.RECIPIENT, "452 Requested action not taken: mailbox quota exceeded"),
        (Stage.RECIPIENT, "452 Quota exceeded (mailbox for user is full)"),
        (Stage.RECIPIENT, "450 Recipient has exceeded their message rate limit"),
        (Stage.RECIPIENT, "450 The recipient <ada@people.example> is over its hourly limit"),
        (Stage.RECIPIENT, "450 Too many messages for this recipient"),
    ],
)
def test_what_is_put_off_for_its_own_sake_says_nothing_of_the_server(stage, said):
    assert verdict(stage, int(said[:3]), said) == Verdict.WAITS


def test_a_group_that_takes_mail_of_some_alone_is_no_trouble_of_others():
    said = "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required"
    assert verdict(Stage.RECIPIENT, 550, said) == Verdict.LETTER


def test_a_host_of_ours_that_is_not_known_for_now_is_ours():
    said = "450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.7]"
    assert verdict(Stage.RECIPIENT, 450, said) == Verdict.OURS


def test_a_domain_of_ours_that_cannot_be_found_for_now_is_ours():
    said = "450 4.1.8 <events@lantern.example>: Sender address rejected: Domain not found"
    assert verdict(Stage.RECIPIENT, 450, said) == Verdict.OURS


def test_a_reply_that_agrees_is_taken():
    assert {verdict(stage, 250, "250 too many spam") for stage in Stage} == {Verdict.TAKEN}


def test_what_has_to_do_with_the_address_alone_is_the_addresss_at_rcpt_and_else_the_letters():
    said = "550 5.4.4 cannot find your domain"
    assert verdict(Stage.RECIPIENT, 550, said) == Verdict.ADDRESS
    assert verdict(Stage.LETTER, 550, said) == Verdict.LETTER


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("550 No such user", "5.1.1"),
        ("5.0.0 smtp; 550 mailbox not found", "5.1.1"),
        ("450 No such user, try later", ""),
        ("4.0.0 No such user", "4.0.0"),
        ("550 5.5.0 policy: unknown user", "5.5.0"),
        ("550 rejected as spam", "5.7.1"),
        ("550 5.1.1 rejected as spam", "5.7.1"),
        ("550 5.1.1 no such user, says the spam filter", "5.1.1"),
        ("552 mailbox full", "5.2.2"),
        ("550 5.7.1 no such user", "5.7.1"),
        ("550 no", ""),
    ],
)
def test_words_count_where_the_code_says_little(said, code):
    assert code_in(said) == code


def test_no_address_is_left_in_words_that_are_shown_to_others():
    said = "550 <Ada.Trialrun+x@people.example>: no, ada@people.example: no. to=ada@people.example"
    assert without_addresses(said) == "550 <…>: no, <…>: no. to=<…>"
