"""Fresh keys for a new installation: `python -m forum.keys` prints them as settings.

Nothing that `forum` itself loads imports this, or Python would warn that it runs twice.
"""

from forum.sealed import new_key

if __name__ == "__main__":
    for name in ("SECRET", "DATA", "BACKUP"):
        print(f"FORUM_{name}_KEYS={new_key()}")  # noqa: T201 - a command
