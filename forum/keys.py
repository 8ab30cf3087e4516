"""Fresh keys for a new installation: `python -m forum.keys` prints them as settings.

Nothing that `forum` itself loads imports this, or Python would warn that it runs twice.
"""

from forum.sealed import new_key

if __name__ == "__main__":
    print(f"FORUM_SECRET_KEYS={new_key()}\nFORUM_DATA_KEYS={new_key()}")  # noqa: T201 - a command
