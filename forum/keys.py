"""Fresh keys for a new installation: `python -m forum.keys` prints them as settings."""

import base64
import secrets


def new_key() -> str:
    """Return URL-safe base64 of 32 random bytes, good as a secret key and as a data key."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


if __name__ == "__main__":
    print(f"FORUM_SECRET_KEYS={new_key()}\nFORUM_DATA_KEYS={new_key()}")  # noqa: T201 - a command
