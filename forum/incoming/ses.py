"""Amazon SES, through SNS: notifications that are signed, and what they say of an email.

SNS signs with a key whose certificate it names; only one from Amazon's own host is fetched. See
"Verifying the signatures of Amazon SNS messages" and "Amazon SNS notification contents for
Amazon SES" in Amazon's developer guides.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from forum.incoming.models import ReportKind
from forum.incoming.reports import Forged, Returned, Unusable
from forum.incoming.rules import code_in, kind_of

NOTIFICATION = "Notification"
CONFIRMATION = "SubscriptionConfirmation"
SIGNED = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    CONFIRMATION: (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
"""What is signed of each type, in this order; what is missing is left out."""
HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "1": hashes.SHA1,
    "2": hashes.SHA256,
}
OLDEST = timedelta(hours=2)
"""SNS tries for up to an hour; older than this, somebody repeats what he has seen."""
SKEW = timedelta(minutes=15)
BOUNCES = {"Permanent": ReportKind.HARD, "Transient": ReportKind.SOFT}
VAGUE = {"Permanent": "5.0.0", "Transient": "4.0.0"}
NOT_HERS = {"ContentRejected", "AttachmentRejected", "MessageTooLarge"}
"""Kinds of bounce that are about what we wrote."""
KEPT_CERTIFICATES = 8
_HOST = re.compile(r"sns\.[a-z]{2}(-[a-z0-9]+)+-\d\.amazonaws\.com(\.cn)?")

Fetch = Callable[[str], bytes]


def verified(body: bytes, topic: str, fetch: Fetch, *, now: datetime) -> Mapping[str, str]:
    """Return a message of SNS, once it is certain that it is from our topic.

    `fetch` returns what is at an address of Amazon's. Raises Unusable for what is no message of
    SNS, and Forged for one that is another's, is not signed by Amazon, or is old.
    """
    said = _message(body)
    if said["TopicArn"] != topic or said["Type"] not in SIGNED or not _is_fresh(said, now):
        raise Forged
    if not is_amazons(said.get("SigningCertURL", "")):
        raise Forged
    certificate = _certificate(said["SigningCertURL"], fetch)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise Forged
    key, hashed_by = certificate.public_key(), HASHES.get(said.get("SignatureVersion", ""))
    if hashed_by is None or not isinstance(key, rsa.RSAPublicKey):
        raise Forged
    try:
        signature = base64.b64decode(said.get("Signature", ""), validate=True)
        key.verify(signature, _signed_text(said), padding.PKCS1v15(), hashed_by())
    except (InvalidSignature, binascii.Error, ValueError):
        raise Forged from None
    return said


def is_amazons(address: str) -> bool:
    """Tell whether an address is https at SNS itself, and nowhere else."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    is_plain = parts.scheme == "https" and port in {None, 443} and "@" not in parts.netloc
    return is_plain and bool(_HOST.fullmatch(parts.hostname or ""))


def read(said: Mapping[str, str]) -> Returned | None:
    """Return what a verified notification says of an email. None for what is no trouble.

    Raises Unusable.
    """
    try:
        event = json.loads(said["Message"])
        marks = tuple(_marks(event["mail"]))
        match event.get("notificationType") or event.get("eventType"):
            case "Bounce":
                return _bounce(event["bounce"], marks)
            case "Complaint":
                is_spam = event["complaint"].get("complaintFeedbackType") != "not-spam"
                return Returned(marks, ReportKind.COMPLAINT if is_spam else None)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Unusable from error
    return None


def _bounce(bounce: dict[str, Any], marks: tuple[str, ...]) -> Returned:
    """Read a bounce. "Undetermined" is Amazon's word for one that it does not understand."""
    kind = bounce.get("bounceType", "")
    found = bounce.get("bouncedRecipients") or [{}]
    code = code_in(
        *(f"{each.get('status', '')} {each.get('diagnosticCode', '')}" for each in found)
    )
    if bounce.get("bounceSubType") in NOT_HERS:
        return Returned(marks, ReportKind.SOFT, "5.7.0")
    by_code = kind_of(code) if code and code not in VAGUE.values() else None
    return Returned(
        marks,
        by_code or BOUNCES.get(kind, ReportKind.SOFT),
        code or VAGUE.get(kind, ""),
    )


def _marks(mail: dict[str, Any]) -> list[str]:
    """Return where our mark may stand: the envelope's sender, and the headers that we wrote."""
    headers = {
        each["name"].lower(): str(each["value"])
        for each in mail.get("headers") or []
        if isinstance(each, dict) and "name" in each and "value" in each
    }
    common = mail.get("commonHeaders") or {}
    found = (
        mail.get("source"),
        headers.get("message-id"),
        common.get("messageId"),
        common.get("returnPath"),
        headers.get("return-path"),
    )
    return [str(each) for each in found if each]


def _message(body: bytes) -> dict[str, str]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unusable from error
    needed = {"Type", "MessageId", "TopicArn", "Timestamp", "Message"}
    if not isinstance(said, dict) or needed - said.keys():
        raise Unusable
    if not all(isinstance(each, str) for each in said.values()):
        raise Unusable
    return said


def _is_fresh(said: Mapping[str, str], now: datetime) -> bool:
    try:
        at = datetime.fromisoformat(said["Timestamp"])
    except ValueError:
        return False
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return now - OLDEST <= at <= now + SKEW


def _signed_text(said: Mapping[str, str]) -> bytes:
    """Return what SNS has signed: names and values, each on a line of its own."""
    names = (name for name in SIGNED[said["Type"]] if name in said)
    return "".join(f"{name}\n{said[name]}\n" for name in names).encode("utf-8", "surrogatepass")


@lru_cache(maxsize=KEPT_CERTIFICATES)
def _certificate(address: str, fetch: Fetch) -> x509.Certificate:
    """Fetch a certificate once. One that cannot be had or read is not kept, and raises Forged."""
    try:
        return x509.load_pem_x509_certificate(fetch(address))
    except (ValueError, OSError) as error:
        raise Forged from error
