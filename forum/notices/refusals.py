"""Why a notice is not sent, each in a sentence fit to show."""

from forum.errors import Refusal
from forum.i18n import _


class NothingToTell(Refusal):
    """Nothing is different from what was told last."""

    def __init__(self) -> None:
        """Say that nothing waits."""
        super().__init__(_("There is nothing to tell."))


class WordsTell(Refusal):
    """The desk's own sentence names the illness, and discreet readers would get it too."""

    def __init__(self, language: str) -> None:
        """Say it at the field of that language."""
        super().__init__(
            _("This names the illness. Some readers want no email that does. Say it without."),
            field=f"words_{language}",
        )


class WordsTooLong(Refusal):
    """The desk's own sentence is longer than a sentence."""

    def __init__(self, language: str, longest: int) -> None:
        """Say it at the field of that language."""
        super().__init__(
            _("Use %(max)d characters or fewer", max=longest), field=f"words_{language}"
        )
