"""Finding a person, from wherever at the desk one is needed."""

from wtforms import StringField

from forum.i18n import lazy
from forum.web.forms import Form, at_most, tidy

LONGEST_WORDS = 200


class SearchForm(Form):
    """Words to find a person by. Sent by POST, because a name does not belong in an address."""

    words = StringField(lazy("Name or email"), [at_most(LONGEST_WORDS)], filters=[tidy])
