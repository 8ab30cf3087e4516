"""Mail providers, as their documentation says they speak; Amazon with a key of our own."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import secrets

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

SOON = dt.datetime(2026, 11, 23, 15, 0, 30, tzinfo=dt.UTC)
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}


class Amazon:
    """SNS, whose certificate is fetched from `fetch`; `fetched` are the addresses asked for."""

    topic = "arn:aws:sns:us-east-1:123456789012:forum-bounces"
    certificate_url = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123.pem"
    subscribe_url = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"

    def __init__(self) -> None:
        self.fetched: list[str] = []
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(1)
            .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
            .not_valid_after(dt.datetime(2040, 1, 1, tzinfo=dt.UTC))
            .sign(self._key, hashes.SHA256())
        )
        self._certificate = made.public_bytes(serialization.Encoding.PEM)

    def fetch(self, address: str) -> bytes:
        self.fetched.append(address)
        return self._certificate if address == self.certificate_url else b"<xml/>"

    def notification(self, event: dict, *, version: str = "1") -> bytes:
        return self._signed(
            {
                "Type": "Notification",
                "Subject": "Amazon SES Email Event Notification",
                "Message": json.dumps(event),
                "UnsubscribeURL": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
            },
            version,
        )

    def confirmation(self, *, url: str = "", topic: str = "") -> bytes:
        return self._signed(
            {
                "Type": "SubscriptionConfirmation",
                "Token": "t",
                "Message": "You have chosen to subscribe to the topic.",
                "SubscribeURL": url or self.subscribe_url,
                **({"TopicArn": topic} if topic else {}),
            },
            "2",
        )

    def _signed(self, said: dict[str, str], version: str) -> bytes:
        said = {
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": self.topic,
            "Timestamp": "2026-11-23T15:00:01.000Z",
            "SignatureVersion": version,
            "SigningCertURL": self.certificate_url,
        } | said
        names = [name for name in SIGNED[said["Type"]] if name in said]
        text = "".join(f"{name}\n{said[name]}\n" for name in names).encode()
        hashed_by = hashes.SHA1() if version == "1" else hashes.SHA256()
        signature = self._key.sign(text, padding.PKCS1v15(), hashed_by)
        return json.dumps(said | {"Signature": base64.b64encode(signature).decode()}).encode()


def bounce_of_ses(mark: str) -> dict:
    return {
        "notificationType": "Bounce",
        "bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "reportingMTA": "dns; email.example.com",
            "bouncedRecipients": [
                {
                    "emailAddress": "ada@people.example",
                    "status": "5.1.1",
                    "action": "failed",
                    "diagnosticCode": "smtp; 550 5.1.1 <ada@people.example>... User unknown",
                }
            ],
            "timestamp": "2026-11-23T15:00:00.000Z",
            "feedbackId": "00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa068a-000000",
        },
        "mail": mail_of_ses(mark),
    }


def complaint_of_ses(mark: str) -> dict:
    return {
        "notificationType": "Complaint",
        "complaint": {
            "complainedRecipients": [{"emailAddress": "ada@people.example"}],
            "complaintFeedbackType": "abuse",
        },
        "mail": mail_of_ses(mark),
    }


def mail_of_ses(mark: str) -> dict:
    return {
        "timestamp": "2026-11-23T14:59:58.000Z",
        "source": f"bounces+{mark}@lantern.example",
        "messageId": "00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000",
        "destination": ["ada@people.example"],
        "headersTruncated": False,
        "headers": [
            {"name": "From", "value": "Lantern <events@lantern.example>"},
            {"name": "Message-ID", "value": f"<confirmation.{mark}@lantern.example>"},
        ],
        "commonHeaders": {"messageId": f"<confirmation.{mark}@lantern.example>"},
    }


def postmark_bounce(mark: str) -> dict:
    return {
        "RecordType": "Bounce",
        "ID": 901542550,
        "Type": "HardBounce",
        "TypeCode": 1,
        "Name": "Hard bounce",
        "MessageID": "2706ee8a-737c-4285-b032-ccd317af53ed",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        "Email": "ada@people.example",
        "From": "events@lantern.example",
        "BouncedAt": "2026-11-23T15:00:00.0000000Z",
        "Metadata": {"mark": mark},
        "MessageStream": "outbound",
    }


def signed_by_mailgun(mark: str, key: str, at: dt.datetime, **event) -> bytes:
    token, stamp = secrets.token_hex(25), str(int(at.timestamp()))
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    said = {
        "event": "failed",
        "severity": "permanent",
        "reason": "bounce",
        "recipient": "ada@people.example",
        "timestamp": at.timestamp(),
        "message": {"headers": {"message-id": f"confirmation.{mark}@lantern.example"}},
        "delivery-status": {
            "code": 550,
            "message": "5.1.1 The email account that you tried to reach does not exist.",
        },
    }
    return json.dumps(
        {
            "signature": {"timestamp": stamp, "token": token, "signature": signature},
            "event-data": said | event,
        }
    ).encode()
