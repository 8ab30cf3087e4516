"""What the database stands on and beside: room to write, and Redis.

`/readyz` asks often, so what was found is believed for some seconds.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from redis import Redis, RedisError

from forum.config import Settings

BELIEVED = 5.0
"""Seconds."""
LONGEST_WAIT = 2.0
"""Seconds that Redis may take to answer."""
A_LITTLE = bytes(64 * 1024)
"""What is written for a try."""
Look = Callable[[Settings], str]


class Believed:
    """A look that is taken again only after a while, or when the settings are others."""

    def __init__(self, look: Look) -> None:
        """Look when asked for the first time."""
        self._look = look
        self._last: tuple[float, Settings, str] | None = None

    def __call__(self, settings: Settings) -> str:
        """Return what was found, at most some seconds ago."""
        now = time.monotonic()
        if self._last is None or self._last[1] != settings or now - self._last[0] > BELIEVED:
            self._last = now, settings, self._look(settings)
        return self._last[2]

    def forget(self) -> None:
        """Look anew when asked next."""
        self._last = None


def database_folder(settings: Settings) -> str:
    """Return why nothing more can be written beside the database file, or nothing."""
    return _cannot_write(settings.database_file.parent) if settings.is_sqlite else ""


def instance_folder(settings: Settings) -> str:
    """Return why nothing more can be written into the instance folder, or nothing."""
    return _cannot_write(settings.instance)


def _cannot_write(folder: Path) -> str:
    """Write a little into a file that has no name, so that nobody ever sees it."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(A_LITTLE)
            file.flush()
    except OSError as error:
        return f"{folder} cannot be written to: {error.strerror}."
    return ""


def redis(settings: Settings) -> str:
    """Return that Redis is away, and what that comes to; nothing where there is none to be had."""
    if not settings.redis_url:
        return ""
    try:
        with Redis.from_url(
            settings.redis_url, socket_connect_timeout=LONGEST_WAIT, socket_timeout=LONGEST_WAIT
        ) as client:
            client.ping()
    except (RedisError, ValueError, OSError) as error:
        return (
            f"Redis (FORUM_REDIS_URL) does not answer ({type(error).__name__}): each web process"
            " counts limits by itself, and workers hear of new mail a second later."
        )
    return ""


believed_database_folder = Believed(database_folder)
believed_instance_folder = Believed(instance_folder)
believed_redis = Believed(redis)


def forget() -> None:
    """Look at everything anew when asked next."""
    for each in (believed_database_folder, believed_instance_folder, believed_redis):
        each.forget()
