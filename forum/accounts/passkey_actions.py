"""Passkeys: what a browser is asked, and whether its answer is true (WebAuthn Level 2).

The library that checks is loaded at the first use, because it is large and rarely needed.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from forum.accounts.models import Organizer, Passkey
from forum.config import current_settings
from forum.errors import Refusal
from forum.i18n import _

if TYPE_CHECKING:
    from webauthn.helpers.structs import (
        PublicKeyCredentialCreationOptions,
        PublicKeyCredentialDescriptor,
        PublicKeyCredentialRequestOptions,
    )


class NotVerified(Refusal):
    """The device's answer does not hold."""

    def __init__(self) -> None:
        """Say what can be done instead."""
        super().__init__(
            _("That passkey could not be checked. Try again, or ask for a link by email.")
        )


class NoAnswer(NotVerified):
    """What came is nothing that a device says, so no browser of ours has sent it."""


CREDENTIAL_ID = re.compile("[A-Za-z0-9_-]{1,1364}")
"""The name of a passkey in URL-safe base64: at most 1,023 bytes (WebAuthn Level 2, 4)."""
MALFORMED = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)
"""What readers of JSON and CBOR raise for what is neither, or is nested without an end."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the browser's `navigator.credentials` is asked.

    `options` is JSON for it; `challenge` (base64url) is kept until the answer comes.
    """

    options: str
    challenge: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """A verified new passkey, binary parts in base64url."""

    credential_id: str
    public_key: str
    sign_count: int


def ask_for_new(organizer: Organizer, known: Iterable[Passkey]) -> Question:
    """Ask a device for a new passkey, one that it finds again by itself."""
    import webauthn  # noqa: PLC0415 - large, rarely needed
    from webauthn.helpers import structs  # noqa: PLC0415

    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=_host(),
        user_id=hashlib.sha256(f"organizer:{organizer.id}".encode()).digest(),
        user_name=organizer.email,
        user_display_name=organizer.name,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[_descriptor(passkey) for passkey in known],
    )
    return _question(options)


def ask(known: Iterable[Passkey] = ()) -> Question:
    """Ask for a passkey: one of `known`, or any that the device has for us."""
    import webauthn  # noqa: PLC0415 - large, rarely needed
    from webauthn.helpers import structs  # noqa: PLC0415

    options = webauthn.generate_authentication_options(
        rp_id=_host(),
        allow_credentials=[_descriptor(passkey) for passkey in known],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return _question(options)


def verify_new(credential: str, challenge: str) -> NewKey:
    """Check a device's answer to `ask_for_new`. Raises NotVerified."""
    import webauthn  # noqa: PLC0415 - large, rarely needed
    from webauthn.helpers import bytes_to_base64url  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        verified = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=webauthn.base64url_to_bytes(challenge),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, *MALFORMED) as error:
        raise NotVerified from error
    return NewKey(
        credential_id=bytes_to_base64url(verified.credential_id),
        public_key=bytes_to_base64url(verified.credential_public_key),
        sign_count=verified.sign_count,
    )


def credential_id(credential: str) -> str:
    """Return which passkey a device answered with.

    Raises NotVerified for an empty answer, and NoAnswer for what none can be.
    """
    if not credential:
        raise NotVerified
    try:
        found = str(json.loads(credential)["id"])
    except MALFORMED as error:
        raise NoAnswer from error
    if not CREDENTIAL_ID.fullmatch(found):
        raise NoAnswer
    return found


def verify(credential: str, challenge: str, passkey: Passkey) -> int:
    """Check a device's answer to `ask`; return its new counter. Raises NotVerified."""
    import webauthn  # noqa: PLC0415 - large, rarely needed
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=webauthn.base64url_to_bytes(challenge),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=webauthn.base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, *MALFORMED) as error:
        raise NotVerified from error
    return int(verified.new_sign_count)


def _question(
    options: "PublicKeyCredentialCreationOptions | PublicKeyCredentialRequestOptions",
) -> Question:
    import webauthn  # noqa: PLC0415 - large, rarely needed

    text = webauthn.options_to_json(options)
    return Question(options=text, challenge=json.loads(text)["challenge"])


def _descriptor(passkey: Passkey) -> "PublicKeyCredentialDescriptor":
    import webauthn  # noqa: PLC0415 - large, rarely needed
    from webauthn.helpers import structs  # noqa: PLC0415

    return structs.PublicKeyCredentialDescriptor(
        id=webauthn.base64url_to_bytes(passkey.credential_id)
    )


def _host() -> str:
    return urlsplit(current_settings().base_url).hostname or ""


def _origin() -> str:
    return current_settings().base_url.rstrip("/")
