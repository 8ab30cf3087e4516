"""What an owner types before very many people are deleted at once."""

from wtforms import IntegerField
from wtforms.validators import InputRequired

from forum.i18n import lazy
from forum.web.forms import Form


class PurgeForm(Form):
    """The number of people, typed, because it cannot be undone."""

    people = IntegerField(
        lazy("How many people is it about?"),
        [InputRequired(lazy("Type the number that is said above"))],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
