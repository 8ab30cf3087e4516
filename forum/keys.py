"""Fresh keys for a new installation, as settings: `python -m forum.keys` prints them.

`python -m forum.keys FILE` writes them into a new file that only its owner can read.
Nothing that `forum` itself loads imports this, or Python would warn that it runs twice.
"""

import os
import sys

from forum.sealed import new_key


def main() -> None:
    """Print the keys, or write them. Never over a file that is there."""
    lines = "".join(f"FORUM_{name}_KEYS={new_key()}\n" for name in ("SECRET", "DATA", "BACKUP"))
    if not sys.argv[1:]:
        sys.stdout.write(lines)
        return
    try:
        descriptor = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        sys.exit(f"{sys.argv[1]}: {error.strerror}. Nothing was written.")
    with os.fdopen(descriptor, "w") as file:
        file.write(lines)


if __name__ == "__main__":
    main()
