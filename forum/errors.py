"""What can be said no to, in words fit to show."""

from forum.i18n import _


class Refusal(Exception):
    """A rule's no.

    `field` names the form field that the sentence belongs to, or is None when it
    concerns the whole request.
    """

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        """Keep the sentence that will be shown."""
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class ChangedMeanwhile(Refusal):
    """Someone else has saved since this editor opened her page. Nothing is overwritten."""

    def __init__(self, sentence: str = "") -> None:
        """Say that nothing is lost, in `sentence` where the page has more to say."""
        super().__init__(
            sentence
            or _("Someone else has changed this since you opened it. Nothing is overwritten.")
        )


class Missing(Exception):
    """Nothing is here, or nothing that this visitor may know of. Becomes one 404 page."""


class Gone(Exception):
    """It was here and has been used up, such as a single-use link. Becomes a 410 page."""


class Busy(Exception):
    """The database could not be had within its time limit. Becomes a 503 page."""
