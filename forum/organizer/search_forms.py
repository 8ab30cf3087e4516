"""Finding a person, from wherever at the desk one is needed."""

from datetime import datetime

from flask import request
from wtforms import StringField

from forum.accounts.models import SignIn
from forum.i18n import _, lazy
from forum.links import carried, carry
from forum.phones import is_part_of_number
from forum.web.forms import Form, answer, at_most, tidy

LONGEST_WORDS = 200
FOUND = "found"
"""What of an address carries the words, sealed for the sign-in that typed them."""


class SearchForm(Form):
    """Words to find a person by. Sent by POST, because a name does not belong in an address."""

    words = StringField(
        lazy("Name, email or phone number"),
        [at_most(LONGEST_WORDS)],
        filters=[tidy],
        render_kw={"autocomplete": "off"},
    )

    def is_for(self, sign_in: SignIn, *, now: datetime) -> str:
        """Return the words that are looked for; what the address carries is shown as typed.

        Says so where the address has carried them too long. Nothing where nobody is looked for.
        """
        letters = request.args.get(FOUND, "")
        if not letters or self.is_typed:
            return ""
        words = carried(letters, _place(sign_in), now=now)
        if words is None:
            self.say(_("This search is over. Please type it again."), "words")
        self.words.data = words or ""
        return words or ""

    @property
    def is_part_of_number(self) -> bool:
        """Tell whether only a piece of a phone number was typed, which finds nobody."""
        return is_part_of_number(self.words.data or "")

    def address_letters(self, sign_in: SignIn, *, now: datetime) -> str:
        """Return what carries the words that were typed, for the address of what they find."""
        return carry(answer(self.words), _place(sign_in), now=now)


def _place(sign_in: SignIn) -> str:
    return f"search:{sign_in.id}"
