"""What we write: every email as a folder of templates, written when it is sent."""

from forum.emails.letter import Later, Letter, Silence
from forum.emails.writing import write

__all__ = ["Later", "Letter", "Silence", "write"]
