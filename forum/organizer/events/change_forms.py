"""What an organizer says of her own in a notice, and whose email she would like to see."""

from collections.abc import Iterable

from wtforms import SelectField, TextAreaField
from wtforms.fields import HiddenField
from wtforms.validators import Optional

from forum.i18n import LANGUAGES, lazy
from forum.notices.rules import LONGEST_WORDS
from forum.web.forms import VersionedForm, at_most, options, tidy_lines


class NoticeForm(VersionedForm):
    """A notice before it is sent. `shown` is the mark of the changes that she has read."""

    shown = HiddenField()
    words_en = TextAreaField(
        lazy("A sentence of your own, in English"),
        [Optional(), at_most(LONGEST_WORDS)],
        filters=[tidy_lines],
        description=lazy("Stands at the top of every email. Do not name an illness."),
        render_kw={"rows": 3},
    )
    words_es = TextAreaField(
        lazy("The same in Spanish"),
        [Optional(), at_most(LONGEST_WORDS)],
        filters=[tidy_lines],
        description=lazy("If you leave it empty, readers of Spanish get the English sentence."),
        render_kw={"rows": 3},
    )
    reader = SelectField(lazy("Read it as"), validate_choice=False)

    def offer_readers(self, readers: Iterable[tuple[str, str]]) -> None:
        """Let the email be shown to these kinds of readers, by key and in words."""
        self.reader.choices = options(readers)

    @property
    def words(self) -> dict[str, str]:
        """Return the sentences by language."""
        return {language: self[f"words_{language}"].data or "" for language in LANGUAGES}
