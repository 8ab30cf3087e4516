"""What someone had typed is kept for an hour, and forgotten."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from forum.accounts import queries, rules, throttle
from forum.accounts.models import KeptForm, Organizer
from forum.db import db


def keep_form(  # noqa: PLR0913 - what is kept, for whom, and who sent it
    path: str,
    fields: Sequence[tuple[str, str]],
    *,
    key: str,
    organizer: Organizer | None,
    client: str,
    now: datetime,
) -> None:
    """Keep what was sent to `path` for the browser whose cookie holds `key`.

    With `organizer`, nobody else gets it back. Raises throttle.TooOften for a `client` that has
    too much kept.
    """
    throttle.count("kept form", client, most=rules.FORMS_PER_CLIENT, now=now)
    kept = KeptForm(
        key_hash=queries.token_hash(key),
        organizer_id=organizer.id if organizer else None,
        kept_until=now + rules.KEPT_FOR,
    )
    kept.content = json.dumps([path, *fields])
    db.session.add(kept)


def forget_form(key: str) -> None:
    """Forget what is kept under a key, if anything is."""
    db.session.execute(delete(KeptForm).where(KeptForm.key_hash == queries.token_hash(key)))


def forget_old_forms(*, now: datetime) -> None:
    """Forget what nobody can bring back any more."""
    db.session.execute(delete(KeptForm).where(KeptForm.kept_until <= now))
