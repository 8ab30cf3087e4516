"""What an organizer says of her own in a notice, and whose email she would like to see."""

from collections.abc import Iterable, Mapping

from wtforms import SelectField, TextAreaField
from wtforms.fields import HiddenField
from wtforms.validators import Optional

from forum.emails.samples import Readers
from forum.events.words import MODES
from forum.i18n import LANGUAGES, _, lazy
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

    def offer_readers(self, readers: Mapping[Readers, int]) -> None:
        """Let the email be shown to these kinds of readers; says how many each is."""
        named = [(kind.key, _in_words(kind, number)) for kind, number in readers.items()]
        self.reader.choices = options(named)

    @property
    def words(self) -> dict[str, str]:
        """Return the sentences by language."""
        return {language: self[f"words_{language}"].data or "" for language in LANGUAGES}


def chosen(readers: Iterable[Readers], key: str | None) -> Readers | None:
    """Return the kind of reader of this key, or the first; None when there is none."""
    kinds = {kind.key: kind for kind in readers}
    return kinds.get(key or "") or next(iter(kinds.values()), None)


def _in_words(kind: Readers, number: int) -> str:
    """Return a kind of reader in words: "In person, discreet titles, English (23)"."""
    how = _("On the waitlist") if kind.is_waiting else MODES[kind.mode]
    if kind.is_offered:
        how = _("A place is offered") if kind.is_waiting else _("%(how)s, a place offered", how=how)
    if kind.is_relieved:
        how = _("%(how)s, waiting for the room", how=how)
    return _(
        "%(how)s, %(titles)s, %(language)s (%(number)s)",
        how=how,
        titles=_("neutral titles") if kind.is_discreet else _("full titles"),
        language=LANGUAGES.get(kind.language, kind.language),
        number=number,
    )
