"""What a WSGI application answers, taken whole."""

from collections.abc import Iterable


def whole(chunks: Iterable[bytes]) -> bytes:
    """Return a body in one piece, and close it as PEP 3333 asks."""
    try:
        return b"".join(chunks)
    finally:
        if close := getattr(chunks, "close", None):
            close()
