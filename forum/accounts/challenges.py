"""A question to a device and its answer, over two requests.

The challenge waits in the signed cookie for a few minutes and counts once: the database keeps a
hash of each that has been answered.
"""

from datetime import UTC, datetime, timedelta

from flask import Response
from flask import session as cookie  # noqa: TID251 - the browser's, not an agenda's

from forum import clock
from forum.accounts import actions, passkey_actions, queries, throttle
from forum.accounts.models import Organizer, Passkey

KEPT = "passkey"
GOOD_FOR = timedelta(minutes=5)
"""Shorter than the throttle remembers that it was answered."""


def put(question: passkey_actions.Question) -> Response:
    """Keep the challenge and return the question as JSON for our script."""
    cookie[KEPT] = [question.challenge, int(clock.now().timestamp())]
    return Response(question.options, mimetype="application/json")


def redeem(*, now: datetime) -> str:
    """Return the challenge that waits, for the only time. Raises passkeys.NotVerified.

    Runs inside a transaction.
    """
    challenge, asked = cookie.pop(KEPT, ["", 0])
    if now - datetime.fromtimestamp(asked, UTC) > GOOD_FOR:
        raise passkey_actions.NotVerified
    throttle.count("challenge", challenge, most=1, now=now)
    return str(challenge)


def answered(credential: str, *, now: datetime, organizer: Organizer | None = None) -> Passkey:
    """Return the passkey that answered the question that was put.

    With `organizer`, only one of hers will do. Raises passkeys.NotVerified. Runs inside a
    transaction.
    """
    challenge = redeem(now=now)
    passkey = queries.passkey_by_credential(passkey_actions.credential_id(credential))
    if passkey is None or (organizer is not None and passkey.organizer_id != organizer.id):
        raise passkey_actions.NotVerified
    sign_count = passkey_actions.verify(credential, challenge, passkey)
    actions.use_passkey(passkey, sign_count=sign_count, now=now)
    return passkey
