"""A clock that a test sets while processes run by it (libfaketime)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from forum import clock


class FakeClock:
    """The clock of those processes that are started with `environ`. It runs, but can be set.

    Time that only passes, by which processes measure how long something takes, stays real.
    """

    def __init__(self, folder: Path, name: str = "clock") -> None:
        self._file = folder / name
        self._ahead = timedelta()
        self.shift(timedelta())
        [library] = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
        self.environ = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "PYTHONPATH": str(Path(__file__).parent / "under_faketime"),
        }

    @property
    def now(self) -> datetime:
        return clock.now() + self._ahead

    def set(self, at: datetime) -> None:
        """Let it be this instant now."""
        self.shift(at.astimezone(UTC) - self.now)

    def shift(self, by: timedelta) -> None:
        """Set it ahead, or back."""
        self._ahead += by
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{self._ahead.total_seconds():+.3f}")
        fresh.replace(self._file)
