"""What an organizer enters in two languages about an event or a session."""

from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import Optional

from forum.events.discretion import tells
from forum.i18n import _, lazy
from forum.programme.reading.kinds import LONGEST_LINE, LONGEST_PROSE
from forum.tongues import SECOND, Titled
from forum.web.forms import VersionedForm, answer, at_most, tidy, tidy_lines

IN_SPANISH = ("title", "quiet_title", "description")
"""Fields that have a second one for Spanish."""
NEUTRAL = ("quiet_title", "quiet_title_es")
_SPANISH = {"lang": SECOND}


class TextsForm(VersionedForm):
    """The second texts beside the titles, and a description in both languages."""

    title_es = StringField(
        lazy("Title in Spanish"),
        [Optional(), at_most(LONGEST_LINE)],
        filters=[tidy],
        description=lazy("Leave it empty if there is only one title."),
        render_kw=_SPANISH,
    )
    quiet_title_es = StringField(
        lazy("Neutral title in Spanish"),
        [Optional(), at_most(LONGEST_LINE)],
        filters=[tidy],
        description=lazy("Do not name an illness here either."),
        render_kw=_SPANISH,
    )
    description = TextAreaField(
        lazy("Description"),
        [Optional(), at_most(LONGEST_PROSE)],
        filters=[tidy_lines],
        description=lazy(
            "What it is about, in a few short sentences. It goes where the full title goes."
        ),
        render_kw={"rows": 4},
    )
    description_es = TextAreaField(
        lazy("Description in Spanish"),
        [Optional(), at_most(LONGEST_PROSE)],
        filters=[tidy_lines],
        render_kw={"rows": 4, **_SPANISH},
    )

    def check(self) -> None:
        """Refuse a second text without a first, and a neutral title that names the illness.

        One that was there before stays until somebody changes it.
        """
        if answer(self.description_es) and not answer(self.description):
            self.say(_("Enter the text in English, too"), "description")
        for name in NEUTRAL:
            if answer(self[name]) != self[name].object_data and tells(answer(self[name])):
                self.say(_("This names the illness, and others may see it. Say it without."), name)

    def texts(self) -> dict[str, Any]:
        """Return what the fields say, as a plan has it."""
        spanish = {name: answer(self[f"{name}_es"]) for name in IN_SPANISH}
        return {
            **{name: answer(self[name]) for name in IN_SPANISH},
            "in_spanish": {name: text for name, text in spanish.items() if text} or None,
        }


def texts_of(row: Titled) -> dict[str, str]:
    """Return what the fields show of an event or a session as it stands."""
    spanish = row.in_spanish or {}
    own = {name: getattr(row, name) for name in IN_SPANISH}
    return own | {f"{name}_es": spanish.get(name, "") for name in IN_SPANISH}
