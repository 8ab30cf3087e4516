"""What an organizer enters about a reminder rule."""

import hashlib
from datetime import time, timedelta

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from forum.events.discretion import tells
from forum.events.models import Session
from forum.events.words import MODES, titled
from forum.i18n import _, lazy
from forum.organizer.mail.reminder_words import BLOCKS, UNITS
from forum.organizer.words import ROLES
from forum.reminders.models import Reminder
from forum.reminders.plans import ReminderPlan
from forum.reminders.rules import lead_time
from forum.web.forms import CheckboxesField, VersionedForm, answer, at_most, options, tidy

LONGEST_WORDS = 600
MOST = {"days": 365, "hours": 999, "minutes": 9999}
SWITCH = ("switch_mode",)
FITTING, CHOSEN = "fitting", "chosen"
PLACE, WAITLIST = "place", "waitlist"


class ReminderForm(VersionedForm):
    """When a rule reminds whom, and of what. Once it is valid, `plan` is what the rule shall be.

    `checked` is the plan whose preview was shown.
    """

    checked = HiddenField()
    number = IntegerField(
        lazy("How long before the start"),
        [
            InputRequired(lazy("Enter a number")),
            NumberRange(1, None, lazy("Enter a number from 1")),
        ],
        render_kw={"inputmode": "numeric"},
    )
    unit = SelectField(lazy("Days, hours or minutes"), choices=options(UNITS.items()))
    local = TimeField(
        lazy("At this time of their own clock"),
        [Optional()],
        description=lazy("Only with days. Leave empty to count from the start of the event."),
    )
    modes = CheckboxesField(
        lazy("Ways to take part"),
        choices=options(MODES.items()),
        description=lazy("Choose none for all of them."),
    )
    roles = CheckboxesField(
        lazy("Who they are"),
        choices=options(ROLES.items()),
        description=lazy("Choose none for everyone, also those who would rather not say."),
    )
    session = SelectField(
        lazy("People of a session"),
        coerce=int,
        description=lazy("Only sessions with limited places, which people choose."),
    )
    standing = RadioField(
        lazy("Which of them"),
        choices=options(
            [(PLACE, lazy("Those who have a place")), (WAITLIST, lazy("Those who wait for one"))]
        ),
    )
    texts = RadioField(
        lazy("Practical texts"),
        choices=options(
            [
                (FITTING, lazy("What fits this long before the start")),
                (CHOSEN, lazy("Only those chosen here")),
            ]
        ),
    )
    blocks = CheckboxesField(
        lazy("Texts"), choices=options((each, name) for each, (name, _hint) in BLOCKS.items())
    )
    has_button = BooleanField(lazy("A large button to take part another way"))
    words_en = TextAreaField(
        lazy("Your own words, in English"),
        [at_most(LONGEST_WORDS)],
        filters=[tidy],
        description=lazy("Leave both languages empty, or fill in both. Do not name an illness."),
        render_kw={"rows": 3},
    )
    words_es = TextAreaField(
        lazy("The same in Spanish"),
        [at_most(LONGEST_WORDS)],
        filters=[tidy],
        description=lazy("Needed if there are words in English."),
        render_kw={"rows": 3, "lang": "es"},
    )
    is_on = BooleanField(lazy("On"))

    plan: ReminderPlan

    def __init__(
        self, rule: Reminder | None, sessions: list[Session], *, is_sent: bool = True
    ) -> None:
        """Show what was sent, or how the rule stands; a new one goes two days before.

        `sessions` are those that can be chosen.
        """
        super().__init__(_as_is(rule) if rule else _NEW, is_sent=is_sent)
        named = [(each.id, titled(each)) for each in sessions]
        if rule is not None and rule.session is not None and rule.session not in sessions:
            named.append((rule.session.id, titled(rule.session)))
        self.session.choices = options([(0, _("Everyone")), *named])
        self._lead = rule.lead if rule else ""

    def check(self) -> None:
        """Say what does not go together, or make the plan."""
        unit, number = self.unit.data, self.number.data or 0
        if number > MOST[unit]:
            self.say(_("Enter %(most)s or less", most=MOST[unit]), "number")
        if self.local.data is not None and unit != "days":
            self.say(_("A time of their own clock goes with days only"), "local")
        if self.blocks.data and self.texts.data != CHOSEN:
            self.say(_("Choose “Only those chosen here”, or no texts below"), "texts")
        self._check_words()
        if self.errors:
            return
        words = {"en": answer(self.words_en), "es": answer(self.words_es)}
        local = self.local.data
        self.plan = ReminderPlan(
            lead=_lead(number, unit, self._lead),
            local_time=f"{local:%H:%M}" if local else None,
            modes=_some(self.modes.data),
            roles=_some(self.roles.data),
            session_id=self.session.data or None,
            is_for_waitlist=self.standing.data == WAITLIST,
            offers=SWITCH if self.has_button.data else (),
            blocks=tuple(self.blocks.data or ()) if self.texts.data == CHOSEN else None,
            words=words if all(words.values()) else {},
            is_on=self.is_on.data,
        )

    def _check_words(self) -> None:
        """Say what is wrong with the own words: one of two languages, or a word that tells."""
        both = (self.words_en, self.words_es)
        for field in both:
            if any(each.data for each in both) and not field.data:
                self.say(_("Enter your words in both languages, or in none"), field.name)
            elif tells(field.data or ""):
                sentence = _("These words tell the illness, and others may see the email.")
                self.say(sentence, field.name)


def digest(plan: ReminderPlan) -> str:
    """Return a short name of a plan, to know whether it is the one whose preview was shown."""
    return hashlib.sha256(repr(plan).encode()).hexdigest()[:16]


_NEW = {
    "number": 2,
    "unit": "days",
    "local": time(10),
    "session": 0,
    "standing": PLACE,
    "texts": FITTING,
    "is_on": True,
    "version": 1,
}


def _as_is(rule: Reminder) -> dict[str, object]:
    number, unit = _number(lead_time(rule.lead))
    return {
        "version": rule.version,
        "number": number,
        "unit": unit,
        "local": time.fromisoformat(rule.local_time) if rule.local_time else None,
        "modes": list(rule.modes or ()),
        "roles": list(rule.roles or ()),
        "session": rule.session_id or 0,
        "standing": WAITLIST if rule.is_for_waitlist else PLACE,
        "texts": FITTING if rule.blocks is None else CHOSEN,
        "blocks": list(rule.blocks or ()),
        "has_button": rule.offers == SWITCH,
        "words_en": rule.words.get("en", ""),
        "words_es": rule.words.get("es", ""),
        "is_on": rule.is_on,
    }


def _number(length: timedelta) -> tuple[int, str]:
    """Return a lead as a number of the largest unit that it is whole in."""
    for unit in ("days", "hours"):
        one = timedelta(**{unit: 1})
        if not length % one:
            return length // one, unit
    return length // timedelta(minutes=1), "minutes"


def _lead(number: int, unit: str, kept: str) -> str:
    """Return a lead as it is stored; one that was not changed stays as it was written."""
    if kept and lead_time(kept) == timedelta(**{unit: number}):
        return kept
    return {"days": f"P{number}D", "hours": f"PT{number}H"}.get(unit, f"PT{number}M")


def _some(chosen: list[str] | None) -> tuple[str, ...] | None:
    return tuple(chosen) if chosen else None
