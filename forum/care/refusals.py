"""Why a change of someone's care state is refused, each in a sentence fit to show."""

from forum.errors import Refusal


class DayGone(Refusal):
    """A pause would end today or earlier."""


class DayTooFar(Refusal):
    """A pause would last for years."""


class NotHerPause(Refusal):
    """She is remembered, held or has canceled: a pause has no meaning."""


class NotAgreed(Refusal):
    """Someone linked to her asks for her, and she has not agreed that he may."""


class OtherAnswer(Refusal):
    """An answer that does not fit what was asked."""
