"""How something was before a change and is after it, as the history keeps it. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

COMPARED = (
    *("starts_at", "ends_at", "room_id", "track_id", "speakers", "kind", "language", "timezone"),
    *("is_streamed", "is_recorded", "has_captions", "has_asl", "has_spanish", "capacity"),
    *("takes_registrations", "registration_opens_at", "closes_at", "calendar_mail"),
    *("day_phone", "day_hours", "stream_url", "dial_in", "status"),
    *("lead", "local_time", "modes", "roles", "session_id", "is_for_waitlist", "blocks", "is_on"),
    *("role", "is_active"),
    *("promise_moved_to", "promise_kept_on"),
)
"""What is kept of a record, where it has it: of ours alone, and nothing that a person says."""
TEXTS = ("title", "quiet_title", "name", "role", "address", "arrival")
"""The texts of the programme, one line or few, that are kept in both languages; a description is
too long for it."""
CONTACT = ("contact_email", "contact_phone", "phone_hours", "text_number")
"""What is kept besides of a part of the programme: how the desk is reached."""


def standing(record: object) -> dict[str, Any]:
    """Return how a record is, in values that JSON has; times are instants in UTC."""
    is_programme = hasattr(record, "in_spanish")
    names = (*COMPARED, *TEXTS, *CONTACT) if is_programme else COMPARED
    kept = {name: _stated(getattr(record, name)) for name in names if hasattr(record, name)}
    spanish = getattr(record, "in_spanish", None) or {}
    return kept | {f"{name}_es": spanish[name] for name in TEXTS if name in spanish}


def differences(was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return what differs, before and after; nothing where all is as it was."""
    names = [*now, *(name for name in was if name not in now)]
    names = [name for name in names if was.get(name) != now.get(name)]
    if not names:
        return {}
    return {
        "was": {name: was.get(name) for name in names},
        "now": {name: now.get(name) for name in names},
    }


def _stated(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if hasattr(value, "id"):  # another record, by its number
        return value.id
    if isinstance(value, list | tuple):
        return [_stated(each) for each in value]
    return str(value) if isinstance(value, str | StrEnum | date) else value
