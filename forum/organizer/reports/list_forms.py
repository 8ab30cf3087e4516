"""What an organizer chooses before a list is made."""

from wtforms import BooleanField

from forum.i18n import lazy
from forum.web.forms import Form


class PaperForm(Form):
    """Nothing to choose: the button is enough."""


class CheckInForm(PaperForm):
    """How the list for the door looks."""

    is_large = BooleanField(lazy("Large print"))
    with_needs = BooleanField(
        lazy("Show what would help each person"),
        description=lazy("Only if whoever is at the door needs it. It is private."),
    )
