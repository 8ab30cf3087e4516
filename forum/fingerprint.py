"""A few letters that tell whether something is still as someone saw it."""

import hashlib


def fingerprint(*values: object) -> str:
    """Return what is another one once any of these values is: for what has no version."""
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]
