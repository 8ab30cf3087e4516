"""How something was before a change and is after it, as the history keeps it. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

COMPARED = (
    *("title", "quiet_title", "starts_at", "ends_at", "room_id", "capacity", "is_streamed"),
    *("closes_at", "lead", "local_time", "is_on", "role", "is_active"),
)
"""What is kept of a record, where it has it: of ours alone, and nothing that a person says."""


def standing(record: object) -> dict[str, Any]:
    """Return how a record is, in values that JSON has; times are instants in UTC."""
    return {name: _stated(getattr(record, name)) for name in COMPARED if hasattr(record, name)}


def differences(was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return what differs, before and after; nothing where all is as it was."""
    names = [name for name in now if was.get(name) != now[name]]
    if not names:
        return {}
    return {
        "was": {name: was.get(name) for name in names},
        "now": {name: now[name] for name in names},
    }


def _stated(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, str | StrEnum) else value
