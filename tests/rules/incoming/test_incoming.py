"""What a report means, as mail servers and providers write it, and who is believed."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from email import message_from_string

import pytest

from forum.incoming import calendar_answers, delivery_status, mailgun, postmark, rules, ses
from forum.incoming.models import ReplyAnswer, ReportKind
from forum.incoming.reports import Answered, Forged, Unusable
from tests.mail.returned import MARK, message
from tests.providers import SOON, Amazon, bounce_of_ses, postmark_bounce, signed_by_mailgun

HARD, SOFT, COMPLAINT = ReportKind.HARD, ReportKind.SOFT, ReportKind.COMPLAINT
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("5.1.1", HARD),
        ("5.1.10", HARD),
        ("5.2.1", HARD),
        ("5.2.2", SOFT),
        ("5.4.4", SOFT),
        ("4.2.2", SOFT),
        ("4.7.1", SOFT),
        ("5.7.1", SOFT),
        ("5.1.8", SOFT),
        ("2.1.5", None),
        ("", None),
    ],
)
def test_a_code_says_whether_the_address_is_gone(code, kind):
    assert rules.kind_of(code) == kind


def test_a_refusal_of_us_is_not_the_addresss_fault():
    about_us = [code for code in ("5.7.1", "5.7.26", "5.1.7", "5.1.8") if rules.is_about_us(code)]

    assert about_us == ["5.7.1", "5.7.26", "5.1.7", "5.1.8"]
    assert not any(map(rules.is_about_us, ("5.1.1", "5.2.2", "4.7.1", "")))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("550 5.1.1 <ada@people.example>: unknown", "5.1.1"),
        ("5.0.0 smtp; 550 5.1.1 No such user", "5.1.1"),
        ("host 192.0.2.1 said: 550 no", ""),
        ("version 15.5.1.1 of something", ""),
        ("4.0.0", "4.0.0"),
    ],
)
def test_the_code_that_says_most_is_taken(said, code):
    assert rules.code_in(said) == code


def test_an_address_is_blocked_at_once_when_gone_and_at_the_third_that_did_not_arrive():
    assert rules.block_for(HARD, softs=0) == HARD
    assert rules.block_for(COMPLAINT, softs=0) == COMPLAINT
    assert [rules.block_for(SOFT, softs=number) for number in (1, 2, 3)] == [None, None, SOFT]


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("postfix-unknown-user", HARD, "5.1.1"),
        ("exchange-not-found", HARD, "5.1.10"),
        ("gmail-no-such-user", HARD, "5.1.1"),
        ("exim-unrouteable", HARD, "5.1.1"),
        ("forwarded-by-a-person", HARD, "5.1.2"),
        ("only-the-message-id", HARD, "5.2.1"),
        ("mailbox-full", SOFT, "5.2.2"),
        ("greylisted-too-long", SOFT, "4.7.1"),
        ("policy", SOFT, "5.7.1"),
        ("no-code", SOFT, "5.0.0"),
        ("cut-short", SOFT, ""),
        ("delayed", None, ""),
        ("complaint", COMPLAINT, ""),
    ],
)
def test_each_mail_servers_report_is_understood(name, kind, code):
    returned = delivery_status.read(message(name))

    assert (returned.kind, returned.code) == (kind, code)
    assert any(MARK in text for text in returned.marks), returned.marks


@pytest.mark.parametrize("name", ["vacation", "broken"])
def test_what_is_no_report_is_not_taken_for_one(name):
    assert delivery_status.read(message(name)) is None


def test_a_list_behind_an_address_of_which_one_copy_arrived_is_not_gone():
    report = message("postfix-unknown-user").as_string()
    both = report.replace(
        "\n--9A1F72A0E.1795446002/mx.lantern.example\nContent-Description: Undelivered",
        "\nFinal-Recipient: rfc822; other@people.example\nAction: relayed\nStatus: 2.0.0\n"
        "\n--9A1F72A0E.1795446002/mx.lantern.example\nContent-Description: Undelivered",
    )

    returned = delivery_status.read(message_from_string(both))

    assert returned.kind == SOFT


def test_a_thousand_parts_inside_each_other_end():
    nested = "Content-Type: text/plain\n\nend"
    for number in range(300):
        nested = (
            f'Content-Type: multipart/mixed; boundary="b{number}"\n\n--b{number}\n{nested}\n'
            f"--b{number}--\n"
        )
    assert delivery_status.read(message_from_string(nested)) is None


# ── calendars ────────────────────────────────────────────────────────────────────────────────


def reply(answer="DECLINED", *, method="REPLY", sender="ada@people.example", **changes) -> str:
    facts = {
        "attendee": "mailto:Ada@people.example",
        "sequence": "2",
        "headers": "",
        "uid": "spring@forum",
        **changes,
    }
    return (
        f"From: Ada <{sender}>\nTo: events@lantern.example\nSubject: Declined\n{facts['headers']}"
        f'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nAda declined.\n\n"
        f'--b\nContent-Type: text/calendar; charset="UTF-8"; method={method}\n\n'
        f"BEGIN:VCALENDAR\nPRODID:-//X//X//EN\nVERSION:2.0\nMETHOD:{method}\nBEGIN:VEVENT\n"
        f"DTSTART:20270424T121500Z\nDTSTAMP:20261123T150000Z\nUID:{facts['uid']}\n"
        f"SEQUENCE:{facts['sequence']}\nORGANIZER:mailto:events@lantern.example\n"
        f"ATTENDEE;PARTSTAT={answer};CN=Ada:{facts['attendee']}\n"
        f"END:VEVENT\nEND:VCALENDAR\n\n--b--\n"
    )


def test_a_calendars_answer_is_its_senders_own():
    read = calendar_answers.read(message_from_string(reply()))

    assert read == Answered("spring@forum", "ada@people.example", 2, ReplyAnswer.DECLINED)


@pytest.mark.parametrize("method", ["COUNTER", "REFRESH"])
def test_a_proposal_or_a_question_answers_nothing(method):
    assert calendar_answers.read(message_from_string(reply(method=method))).answer is None


@pytest.mark.parametrize(
    "text",
    [
        reply(sender="mallory@elsewhere.example"),
        reply(headers="From: ada@people.example\n"),
        reply(headers="Auto-Submitted: auto-replied\n"),
        reply("DELEGATED"),
        reply(sequence="-1"),
        reply().replace("BEGIN:VEVENT", "BEGIN:NOTHING"),
        reply().replace("METHOD:REPLY", "METHOD:REQUEST"),
        reply().replace("END:VCALENDAR", "BROKEN"),
    ],
    ids=[
        "another's",
        "two senders",
        "by a machine",
        "delegated",
        "negative",
        "no event",
        "",
        "cut",
    ],
)
def test_an_answer_that_is_not_whole_or_not_hers_is_not_taken(text):
    with pytest.raises(Unusable):
        calendar_answers.read(message_from_string(text))


@pytest.mark.parametrize(
    ("headers", "is_vouched_for"),
    [
        ("Authentication-Results: mx.lantern.example; dkim=pass header.d=people.example\n", True),
        (
            (
                "Authentication-Results: mx.lantern.example 1;\n dmarc=pass (p=none)"
                " header.from=people.example; spf=fail\n"
            ),
            True,
        ),
        ("Authentication-Results: mx.lantern.example; dkim=fail header.d=people.example\n", False),
        ("Authentication-Results: mx.lantern.example; dkim=pass header.d=evil.example\n", False),
        ("Authentication-Results: mx.lantern.example; spf=pass\n", False),
        ("Authentication-Results: other.example; dkim=pass header.d=people.example\n", False),
        (
            (
                "Authentication-Results: mx.lantern.example; none\n"
                "Authentication-Results: mx.lantern.example; dkim=pass header.d=people.example\n"
            ),
            False,
        ),
        (
            (
                "Authentication-Results: mx.lantern.example; none (dkim=pass"
                " header.d=people.example; dkim=pass header.d=people.example)\n"
            ),
            False,
        ),
        ("", False),
    ],
)
def test_only_our_own_servers_topmost_word_vouches_for_a_sender(headers, is_vouched_for):
    parsed = message_from_string(reply(headers=headers))

    assert calendar_answers.is_vouched_for(parsed, "mx.lantern.example") is is_vouched_for


# ── providers ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def amazon() -> Amazon:
    return Amazon()


def test_what_amazon_signs_is_believed_in_both_versions(amazon):
    for version in ("1", "2"):
        body = amazon.notification(bounce_of_ses(MARK), version=version)
        returned = ses.read(ses.verified(body, amazon.topic, amazon.fetch, now=SOON))

        assert (returned.kind, returned.code) == (HARD, "5.1.1")
        assert any(MARK in text for text in returned.marks)


@pytest.mark.parametrize(
    "change",
    [
        {"Message": "{}"},
        {"TopicArn": "arn:aws:sns:us-east-1:1:other"},
        {"Signature": base64.b64encode(b"x" * 256).decode()},
        {"Signature": "not base64"},
        {"SignatureVersion": "3"},
        {"SigningCertURL": "https://sns.us-east-1.amazonaws.com.evil.example/x.pem"},
        {"SigningCertURL": "https://evil.example/sns.us-east-1.amazonaws.com/x.pem"},
        {"SigningCertURL": "http://sns.us-east-1.amazonaws.com/x.pem"},
        {"SigningCertURL": "https://sns.us-east-1.amazonaws.com@evil.example/x.pem"},
        {"SigningCertURL": "https://sns.us-east-1.amazonaws.com:8443/x.pem"},
        {"Timestamp": "2026-11-22T15:00:00.000Z"},
        {"Timestamp": "never"},
        {"Type": "UnsubscribeConfirmation"},
    ],
    ids=lambda change: "-".join(change) + str(len(str(change))),
)
def test_what_amazon_has_not_signed_is_refused(amazon, change):
    said = json.loads(amazon.notification(bounce_of_ses(MARK))) | change

    with pytest.raises(Forged):
        ses.verified(json.dumps(said).encode(), amazon.topic, amazon.fetch, now=SOON)


def test_another_key_at_amazons_address_signs_nothing(amazon):
    other = Amazon()

    with pytest.raises(Forged):
        ses.verified(other.notification(bounce_of_ses(MARK)), amazon.topic, amazon.fetch, now=SOON)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"Type": 1}'])
def test_what_is_no_message_of_sns_is_said_to_be_none(amazon, body):
    with pytest.raises(Unusable):
        ses.verified(body, amazon.topic, amazon.fetch, now=SOON)


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"bounceType": "Permanent", "bouncedRecipients": [{}]}, HARD, "5.0.0"),
        ({"bounceType": "Transient", "bouncedRecipients": []}, SOFT, "4.0.0"),
        ({"bounceType": "Undetermined", "bouncedRecipients": [{}]}, SOFT, ""),
        ({"bounceType": "Transient", "bounceSubType": "ContentRejected"}, SOFT, "5.7.0"),
    ],
)
def test_amazons_own_word_counts_where_there_is_no_code(changes, kind, code):
    event = bounce_of_ses(MARK)
    event["bounce"] |= changes

    returned = ses.read({"Message": json.dumps(event)})

    assert (returned.kind, returned.code) == (kind, code)


def test_what_amazon_says_besides_is_no_trouble():
    event = {"notificationType": "Delivery", "mail": {}, "delivery": {}}

    assert ses.read({"Message": json.dumps(event)}) is None
    with pytest.raises(Unusable):
        ses.read({"Message": '{"notificationType": "Bounce", "mail": 7}'})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (HARD, "5.1.1")),
        ({"Details": "smtp;552 5.2.2 full"}, (SOFT, "5.2.2")),
        ({"Details": ""}, (HARD, "5.0.0")),
        ({"Type": "SoftBounce", "Details": ""}, (SOFT, "4.0.0")),
        ({"Type": "Blocked"}, (SOFT, "5.7.1")),
        ({"RecordType": "SpamComplaint", "Type": "SpamComplaint"}, (COMPLAINT, "")),
        ({"Type": "AutoResponder"}, None),
        ({"RecordType": "Open", "Type": ""}, None),
    ],
)
def test_postmarks_words_are_understood(changes, expected):
    returned = postmark.read(json.dumps(postmark_bounce(MARK) | changes).encode())

    assert (returned and (returned.kind, returned.code)) == expected
    assert returned is None or MARK in returned.marks


@pytest.mark.parametrize("body", [b"", b"[]", b'{"Type": {}}', b"[" * 100_000])
def test_what_postmark_would_not_say_is_unusable(body):
    with pytest.raises(Unusable):
        postmark.read(body)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({}, (HARD, "5.1.1")),
        ({"severity": "temporary"}, None),
        ({"delivery-status": {"code": 552, "message": "5.2.2 full"}}, (SOFT, "5.2.2")),
        ({"delivery-status": {"code": 605, "message": ""}}, (SOFT, "5.0.0")),
        ({"event": "complained"}, (COMPLAINT, "")),
        ({"event": "delivered"}, None),
    ],
)
def test_mailguns_events_are_understood(event, expected):
    signed = mailgun.verified(signed_by_mailgun(MARK, "key", NOW, **event), "key", now=NOW)
    returned = mailgun.read(signed.event)

    assert (returned and (returned.kind, returned.code)) == expected


def test_what_mailgun_has_not_signed_or_signed_long_ago_is_refused():
    body = signed_by_mailgun(MARK, "key", NOW)

    mailgun.verified(body, "key", now=NOW + timedelta(minutes=15))
    for key, now in (
        ("other", NOW),
        ("key", NOW + timedelta(minutes=15, seconds=1)),
        ("key", NOW - timedelta(minutes=2)),
    ):
        with pytest.raises(Forged):
            mailgun.verified(body, key, now=now)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"signature": {"timestamp": "x", "token": "t", "signature": ""}, "event-data": {}}',
        b'{"signature": {"timestamp": "9e99", "token": "t", "signature": ""}, "event-data": {}}',
        (
            b'{"signature": {"timestamp": "99999999999999999", "token": "t", "signature": ""},'
            b' "event-data": {}}'
        ),
        b'{"signature": [], "event-data": {}}',
    ],
)
def test_what_mailgun_would_not_say_is_unusable(body):
    with pytest.raises(Unusable):
        mailgun.verified(body, "key", now=NOW)


def test_mailguns_signature_is_over_time_and_token():
    said = json.loads(signed_by_mailgun(MARK, "key", NOW))["signature"]

    made = hmac.new(b"key", f"{said['timestamp']}{said['token']}".encode(), hashlib.sha256)
    assert said["signature"] == made.hexdigest()
