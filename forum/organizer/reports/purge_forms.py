"""What an owner types before very many people are deleted at once."""

from forum.i18n import lazy
from forum.organizer.fields import PeopleField
from forum.web.forms import Form


class PurgeForm(Form):
    """The number of people, typed, because it cannot be undone."""

    people = PeopleField(lazy("How many people is it about?"))
