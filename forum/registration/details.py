"""What people tell us of themselves when they register, and may change: one list of it.

From it are made the form to register, her own pages, the desk's form for someone on the phone, its
page of a person, the export, and the names in the download of her data. A detail is a column of
`Registration`, or a sealed attribute, and a field of `requests.Details`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel.speaklater import LazyString
from wtforms import BooleanField, Field, RadioField, SelectField, StringField
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Length

from forum.events.models import Event, Mode
from forum.i18n import LANGUAGES, language_spoken, lazy
from forum.registration.detail_words import (
    BY_ROLE,
    DESK_TITLES,
    FULL,
    IF_YES,
    LANGUAGE,
    NEUTRAL,
    OPENNESS,
    PHONE,
    ROLE_NAMES,
    ROLES,
    SOME_DAYS,
    SOME_ROLES,
    TEXT,
    TITLES,
    WEEK,
    YES_OR_NO,
    ZONE,
    Kind,
)
from forum.registration.fields import PhoneField, PhoneNumber, name_field, text_field
from forum.registration.models import Registration
from forum.registration.zone_field import ZoneField
from forum.web.forms import CheckboxesField, options, tidy

UNSAID = "unsaid"
LONGEST_PHONE = 100
"""With words beside it, such as whose it is."""


class Part(StrEnum):
    """Details that belong together: she changes them at once."""

    REACH = "reach"
    ABOUT = "about"
    HELP = "help"
    MAIL = "mail"


class Way(StrEnum):
    """Who asks: the form, the page of changes, the desk for someone new, or for someone known."""

    ASKED = "asked"
    CHANGED = "changed"
    PHONED = "phoned"
    NOTED = "noted"


@dataclass(frozen=True, kw_only=True)
class Detail:
    """One thing that people tell us of themselves."""

    name: str
    """The attribute of `Registration`, and the field of `requests.Details`."""
    part: Part
    kind: Kind = TEXT
    label: LazyString
    """What it is called on her own pages."""
    desk_label: LazyString | None
    """What the desk calls it; None for what it looks up among the details only."""
    is_on_page: bool = True
    """Whether it stands on the desk's page of a person."""
    is_in_export: bool = True
    listed: LazyString | None = None
    """What the desk's list calls those who have told it, where it can be narrowed to them."""
    asked: Field | None
    """The question when she registers; None where it is left for later."""
    changed: Field
    """The question where she changes it."""
    phoned: Field | None
    """The question that the desk fills in for her; None where it does not ask."""
    noted: Field | None = None
    """The question where the desk changes it for her; as it is `phoned` unless it is another."""
    field: str = ""
    """The name of the question in forms, where it is another."""

    def __post_init__(self) -> None:
        """Call the question by the detail's own name, unless it has another."""
        object.__setattr__(self, "field", self.field or self.name)
        object.__setattr__(self, "noted", self.noted or self.phoned)

    @property
    def is_sealed(self) -> bool:
        """Tell whether it is stored encrypted: the desk reads it behind a passkey's yes."""
        return f"{self.name}_sealed" in Registration.__mapper__.columns


def _phone(autocomplete: str, description: LazyString) -> StringField:
    too_long = Length(max=LONGEST_PHONE, message=lazy("Enter a shorter phone number"))
    return PhoneField(
        lazy("Phone number"),
        [too_long, PhoneNumber()],
        filters=[tidy],
        description=description,
        render_kw={"type": "tel", "autocomplete": autocomplete},
    )


_FIRST_TIME = BooleanField(lazy("This is my first time"))
_CERTIFICATE = BooleanField(lazy("I need a certificate of attendance"))
_NEEDS = text_field(
    lazy("What would help you to take part?"),
    lazy("For example: a wheelchair, a seat near the door, large print, ASL."),
)
AFAR = lazy("For example: captions, ASL, large print.")
"""What may help those who take part from afar."""
EXAMPLES = ("needs", "companion_needs")
"""Questions whose examples are of a place."""
AT_A_PLACE = ("food", "companion_food")
"""Questions to those who come to a place."""
_FOOD = text_field(lazy("Is there food that you need or avoid?"))
_QUESTION = text_field(
    lazy("Do you have a question for the speakers?"), lazy("It is read out without your name.")
)
_QUIET_DAYS = CheckboxesField(
    lazy("Days on which we should not write to you"),
    choices=options(WEEK.items()),
    description=lazy("Such as treatment days. Reminders then come earlier."),
)

DETAILS = (
    Detail(
        name="name",
        part=Part.REACH,
        label=lazy("Name"),
        desk_label=lazy("Name"),
        is_on_page=False,
        asked=name_field(lazy("Your name"), "name", required=lazy("Enter your name")),
        changed=name_field(lazy("Name"), "name", required=lazy("Enter a name")),
        phoned=name_field(lazy("Name"), "off", required=lazy("Enter a name")),
    ),
    Detail(
        name="phone",
        part=Part.REACH,
        kind=PHONE,
        label=lazy("Phone number"),
        desk_label=lazy("Phone"),
        asked=_phone("tel", lazy("Only for calling you about this event.")),
        changed=_phone("tel", lazy("Only for calling about this event. Deleted 30 days after it.")),
        phoned=_phone(
            "off",
            lazy(
                "Without an email address we call when something changes. An extension is kept,"
                " and words such as “call my daughter”."
            ),
        ),
    ),
    Detail(
        name="roles",
        part=Part.ABOUT,
        kind=SOME_ROLES,
        label=lazy("Who you are"),
        desk_label=lazy("Role"),
        asked=CheckboxesField(
            lazy("Who are you?"),
            choices=options({**ROLES, UNSAID: lazy("I would rather not say")}.items()),
        ),
        changed=CheckboxesField(
            lazy("Who are you?"),
            choices=options(ROLES.items()),
            description=lazy("Leave all empty if you would rather not say."),
        ),
        phoned=CheckboxesField(lazy("Who they are"), choices=options(ROLE_NAMES.items())),
    ),
    Detail(
        name="is_first_time",
        part=Part.ABOUT,
        kind=IF_YES,
        label=lazy("First time"),
        desk_label=None,
        asked=_FIRST_TIME,
        changed=_FIRST_TIME,
        phoned=BooleanField(lazy("It is their first time")),
    ),
    Detail(
        name="wants_certificate",
        part=Part.ABOUT,
        kind=YES_OR_NO,
        label=lazy("Certificate"),
        desk_label=lazy("Certificate"),
        asked=_CERTIFICATE,
        changed=_CERTIFICATE,
        phoned=BooleanField(lazy("They need a certificate of attendance")),
    ),
    Detail(
        name="needs",
        part=Part.HELP,
        label=lazy("What would help"),
        desk_label=lazy("Would help"),
        listed=lazy("What would help"),
        asked=_NEEDS,
        changed=_NEEDS,
        phoned=text_field(lazy("Things that would help")),
    ),
    Detail(
        name="food",
        part=Part.HELP,
        label=lazy("Food"),
        desk_label=lazy("Food"),
        listed=lazy("Food"),
        asked=_FOOD,
        changed=_FOOD,
        phoned=text_field(lazy("Food")),
    ),
    Detail(
        name="question",
        part=Part.HELP,
        label=lazy("Your question"),
        desk_label=lazy("Question"),
        listed=lazy("A question"),
        asked=_QUESTION,
        changed=_QUESTION,
        phoned=None,
        noted=text_field(lazy("Question for the speakers"), lazy("It is read out without a name.")),
    ),
    Detail(
        name="note",
        part=Part.HELP,
        label=lazy("Anything else"),
        desk_label=lazy("Note"),
        listed=lazy("A note"),
        asked=None,
        changed=text_field(lazy("Is there anything else that we should know?")),
        phoned=text_field(lazy("Note")),
    ),
    Detail(
        name="is_discreet",
        field="titles",
        part=Part.MAIL,
        kind=OPENNESS,
        label=lazy("Words in emails"),
        desk_label=lazy("Titles in emails"),
        is_in_export=False,
        asked=RadioField(
            lazy("Words in our emails and in your calendar"),
            choices=options(TITLES.items()),
            validate_choice=False,
            description=lazy(
                "If you choose nothing: neutral words. If you are a clinician only: full titles."
            ),
        ),
        changed=RadioField(
            lazy("Words in our emails and in your calendar"),
            [InputRequired(lazy("Choose one of the two"))],
            choices=options(TITLES.items()),
            validate_choice=False,
        ),
        phoned=RadioField(
            lazy("Titles in emails and calendar"),
            choices=options(DESK_TITLES.items()),
            default=BY_ROLE,
        ),
        noted=RadioField(
            lazy("Titles in emails and calendar"),
            [InputRequired(lazy("Choose one of the two"))],
            choices=options([(NEUTRAL, lazy("Neutral")), (FULL, lazy("Full"))]),
            validate_choice=False,
        ),
    ),
    Detail(
        name="language",
        part=Part.MAIL,
        kind=LANGUAGE,
        label=lazy("Language"),
        desk_label=lazy("Language"),
        asked=RadioField(
            lazy("Language of our emails"),
            choices=options(LANGUAGES.items()),
            validate_choice=False,
            default=language_spoken,
        ),
        changed=RadioField(
            lazy("Language of our emails"),
            [InputRequired(lazy("Choose a language"))],
            choices=options(LANGUAGES.items()),
            validate_choice=False,
        ),
        phoned=SelectField(lazy("Language"), choices=options(LANGUAGES.items())),
    ),
    Detail(
        name="timezone",
        part=Part.MAIL,
        kind=ZONE,
        label=lazy("Time zone"),
        desk_label=lazy("Time zone"),
        asked=ZoneField(
            lazy("Your time zone"),
            validate_choice=False,
            description=lazy("Our emails say times in this zone."),
        ),
        changed=ZoneField(lazy("Your time zone"), validate_choice=False),
        phoned=ZoneField(
            lazy("Time zone"),
            validate_choice=False,
            description=lazy("Ask where they are at the time: emails say times in this zone, too."),
        ),
    ),
    Detail(
        name="quiet_days",
        part=Part.MAIL,
        kind=SOME_DAYS,
        label=lazy("Days without emails"),
        desk_label=None,
        asked=_QUIET_DAYS,
        changed=_QUIET_DAYS,
        phoned=None,
        noted=CheckboxesField(
            lazy("Days without emails"),
            choices=options(WEEK.items()),
            description=lazy("Such as treatment days. Reminders then come earlier."),
        ),
    ),
)


def of(*parts: Part, first: Sequence[str] = ()) -> list[Detail]:
    """Return the details of some parts, those that are named `first` before the others."""
    found = [each for part in parts for each in DETAILS if each.part == part]
    return sorted(found, key=lambda each: [*first, each.name].index(each.name))


def questions(details: Iterable[Detail], way: Way) -> dict[str, Any]:
    """Return the fields of a form that asks for these details in this way, in their order."""
    found: list[tuple[str, Any]] = [(each.field, getattr(each, way)) for each in details]
    return {  # anew: a form shows its fields in the order in which they were made
        name: UnboundField(field.field_class, *field.args, **field.kwargs)
        for name, field in found
        if field is not None
    }


def fit(form: BaseForm, event: Event, kept: Collection[str] = ()) -> None:
    """Take out of a form what only makes sense where people meet, at an event without a place.

    `kept` are questions that stay, because they were answered while there was a place.
    """
    if any(gate.mode == Mode.IN_PERSON for gate in event.gates):
        return
    for name in AT_A_PLACE:
        if name in form and name not in kept:
            del form[name]
    for name in EXAMPLES:
        if name in form:
            form[name].description = AFAR


def told_in(form: BaseForm) -> dict[str, Any]:
    """Return what was told in a form that is valid, by the names of the details it asks for."""
    return {each.name: each.kind.read(form[each.field]) for each in DETAILS if each.field in form}


def known_of(registration: Registration, details: Iterable[Detail] | None = None) -> dict[str, Any]:
    """Return what a form shows of what is known, of some details or all, by their fields' names."""
    known = DETAILS if details is None else details
    return {each.field: each.kind.fill(getattr(registration, each.name)) for each in known}


def said_by(registration: Registration, detail: Detail) -> str:
    """Return a detail in her words; nothing where she has not said."""
    return detail.kind.say(getattr(registration, detail.name), registration.event.starts_at)


def is_of_use(registration: Registration, detail: Detail) -> bool:
    """Tell whether her event asks for a detail, or she has told it."""
    modes = {gate.mode for gate in registration.event.gates}
    is_asked = detail.field not in AT_A_PLACE or Mode.IN_PERSON in modes
    return is_asked or (detail.is_sealed and has_said(registration, detail))


def has_said(registration: Registration, detail: Detail) -> bool:
    """Tell whether a sealed detail was told, without opening it."""
    return getattr(registration, f"{detail.name}_sealed") is not None


def said_at_desk(registration: Registration, detail: Detail) -> str:
    """Return a detail in the desk's words; nothing where she has not said."""
    if detail.kind.at_desk is None:
        return said_by(registration, detail)
    return detail.kind.at_desk(getattr(registration, detail.name))
