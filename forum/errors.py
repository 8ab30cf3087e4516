"""What can be said no to, in words fit to show."""

from forum.i18n import _

Place = tuple[str, str | None]
"""A sentence, and the form field that it belongs to; None when it concerns the whole request."""


class Refusal(Exception):
    """A rule's no. `places` has a sentence and its field for each thing that is wrong."""

    def __init__(self, sentence: str, *more: Place, field: str | None = None) -> None:
        """Keep the sentence that will be shown, and whatever else is wrong."""
        super().__init__(sentence)
        self.sentence, self.field = sentence, field
        self.places: list[Place] = [(sentence, field), *more]


class ChangedMeanwhile(Refusal):
    """Someone else has saved since this editor opened her page. Nothing is overwritten."""

    def __init__(self, sentence: str = "") -> None:
        """Say that nothing is lost, in `sentence` where the page has more to say."""
        super().__init__(
            sentence or _("This was changed since you opened it. Nothing is overwritten.")
        )


class Missing(Exception):
    """Nothing is here, or nothing that this visitor may know of. Becomes one 404 page."""


class Renamed(Missing):
    """What is asked for has another name in addresses now. Becomes a redirect to it."""

    def __init__(self, slug: str) -> None:
        """Keep the name that it has now."""
        super().__init__(slug)
        self.slug = slug


class Gone(Exception):
    """It was here and has been used up, such as a single-use link. Becomes a 410 page."""


class Busy(Exception):
    """The database could not be had within its time limit. Becomes a 503 page."""
