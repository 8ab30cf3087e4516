"""What an organizer says of her own in a notice, and whose email she would like to see."""

from collections.abc import Iterable
from typing import Self

from wtforms import SelectField, TextAreaField
from wtforms.fields import HiddenField
from wtforms.validators import Optional

from forum.accounts.forms import tidy
from forum.i18n import LANGUAGES, lazy
from forum.notices.rules import LONGEST_WORDS
from forum.organizer.fields import VersionedForm, at_most, options


class NoticeForm(VersionedForm):
    """A notice before it is sent. `shown` is the mark of the changes that she has read."""

    shown = HiddenField()
    words_en = TextAreaField(
        lazy("A sentence of your own, in English"),
        [Optional(), at_most(LONGEST_WORDS)],
        filters=[tidy],
        description=lazy("Stands at the top of every email. Do not name an illness."),
        render_kw={"rows": 3},
    )
    words_es = TextAreaField(
        lazy("The same in Spanish"),
        [Optional(), at_most(LONGEST_WORDS)],
        filters=[tidy],
        description=lazy("If you leave it empty, readers of Spanish get the English sentence."),
        render_kw={"rows": 3},
    )
    reader = SelectField(lazy("Read it as"), validate_choice=False)

    @classmethod
    def of(cls, facts: dict[str, object], readers: Iterable[tuple[str, str]]) -> Self:
        """Return the form; `readers` are keys of kinds of readers, with their words."""
        form = cls(data=facts)
        form.reader.choices = options(readers)
        return form

    @property
    def words(self) -> dict[str, str]:
        """Return the sentences by language."""
        return {language: self[f"words_{language}"].data or "" for language in LANGUAGES}
