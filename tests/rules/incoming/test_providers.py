"""What a mail provider tells, and whether it is the provider who tells it."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest

from forum.incoming import mailgun, postmark, ses
from forum.incoming.models import ReportKind
from forum.incoming.reports import Forged, Unusable
from tests.mail.returned import MARK
from tests.providers import SOON, Amazon, bounce_of_ses, postmark_bounce, signed_by_mailgun

HARD, SOFT, COMPLAINT = ReportKind.HARD, ReportKind.SOFT, ReportKind.COMPLAINT
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


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
