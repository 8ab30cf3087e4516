"""What mail servers send back, as they write it; MARK stands for the mark of our message."""

from email import message_from_bytes
from email.message import Message
from pathlib import Path

HERE = Path(__file__).parent
MARK = "17.0123456789abcdef01234567"


def octets(name: str, mark: str = MARK) -> bytes:
    """Return a message of the corpus about the message with this mark."""
    return (HERE / f"{name}.eml").read_bytes().replace(b"MARK", mark.encode())


def message(name: str, mark: str = MARK) -> Message:
    return message_from_bytes(octets(name, mark))
