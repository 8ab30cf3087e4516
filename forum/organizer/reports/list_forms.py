"""What an organizer chooses before a list is made."""

from wtforms import BooleanField, RadioField

from forum.i18n import lazy
from forum.organizer.reports.exports import Format
from forum.web.forms import Form, options


class PaperForm(Form):
    """Nothing to choose: the button is enough."""


class CheckInForm(PaperForm):
    """How the list for the door looks."""

    is_large = BooleanField(lazy("Large print"))
    with_needs = BooleanField(
        lazy("Show what would help each person"),
        description=lazy("Only if whoever is at the door needs it. It is private."),
    )


PAGE = "page"


class FoodForm(PaperForm):
    """Whether names stand on the list for the caterer, and what it is read with."""

    with_names = BooleanField(
        lazy("Show who told us"),
        description=lazy("Only if whoever gets it needs to know who. It is private."),
    )
    format = RadioField(
        lazy("Kind of list"),
        choices=options(
            [
                (PAGE, lazy("A page to print")),
                (Format.XLSX, lazy("Excel")),
                (Format.CSV, lazy("CSV, for other programs")),
            ]
        ),
        default=PAGE,
    )


class FileForm(PaperForm):
    """What a file is read with."""

    format = RadioField(
        lazy("Kind of file"),
        choices=options(
            [
                (Format.XLSX, lazy("Excel: times are times, phone numbers stay as they are")),
                (Format.CSV, lazy("CSV, for other programs")),
            ]
        ),
        default=Format.XLSX,
    )
