"""What we write: every email as a folder of templates, written when it is sent."""

from forum.emails.letter import Later, Letter, Preview, Silence
from forum.emails.writing import preview, write

__all__ = ["Later", "Letter", "Preview", "Silence", "preview", "write"]
