"""Why a change of someone's care state is refused, each in a sentence fit to show."""

from forum.errors import Refusal


class DayGone(Refusal):
    """A pause would end today or earlier."""


class DayTooFar(Refusal):
    """A pause would last for years."""


class NotHerPause(Refusal):
    """She is remembered, held or has canceled: a pause has no meaning."""


class OtherAnswer(Refusal):
    """An answer that does not fit what was asked."""
