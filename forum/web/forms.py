"""What all forms have in common: how each is refused, which version its editor saw, tidy text."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Self, cast
from urllib.parse import parse_qsl, urlencode

from flask import g, request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, SelectMultipleField, ValidationError
from wtforms.fields import choices
from wtforms.form import BaseForm
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from forum import clock
from forum.addresses import one_line, several_lines, tidy_address
from forum.errors import Refusal
from forum.i18n import _, lazy
from forum.links import carried, carry
from forum.names import without_unseen
from forum.web.as_shown import SeenField, follow, print_of, prints, visible

CONFLICT, UNPROCESSABLE = 409, 422
MOST_DIGITS = 9
LOOK = "look"
"""What of an address carries a form that was sent for a look."""
LONGEST_LOOK = 6000
SelectChoice = choices.SelectChoice  # type: ignore[attr-defined]  # older stubs


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF says nothing of its types
    """A form that is shown again with what is wrong: each sentence at its field, or above all."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # as above
        """Where a form's answers come from."""

        def wrap_formdata(self, form: BaseForm, formdata: Any) -> Any:  # noqa: ANN401 - as WTForms
            """Take what was sent; on a page that is opened, what was kept for it, if anything."""
            typed = super().wrap_formdata(form, formdata)
            if typed is None and formdata is not None:
                typed = _kept_of(form)
            cast("Form", form).is_typed = typed is not None
            return typed

    above: ClassVar[tuple[type[Refusal], ...]] = ()
    """Refusals that are said above all fields: the fields that they name are not those of here."""
    elsewhere: ClassVar[str | None] = None
    """Where a refusal is said that names no field; None: above all fields."""
    saved: Self | None = None
    """The form as things stand, when someone else has saved since its editor opened it."""
    touched: frozenset[str] | None = None
    """Then: the fields that its editor had changed. None: it is not known, so perhaps all."""
    moved: frozenset[str] = frozenset()
    """Then: the fields that someone else has changed, as far as it is known."""

    is_typed: bool = False
    """Whether it shows what was typed: sent just now, carried by its address, or kept."""
    is_look: bool = False
    """Whether its address carries what was typed for a look at what it would do."""

    def __init__(self, data: Mapping[str, object] | None = None, *, is_sent: bool = True) -> None:
        """Take what was sent or is carried, or else `data`; that alone if `is_sent` is false."""
        look = _look() if is_sent else None
        self.is_look = look is not None
        given: dict[str, Any] = {} if is_sent else {"formdata": None}
        if look is not None:  # it changes nothing, so it needs no word that the page was ours
            given = {"formdata": look, "meta": {"csrf": False}}
        super().__init__(data=data, **given)
        for field in self:
            if isinstance(field, SeenField):
                field.belongs_to(self)

    def is_asked(self) -> bool:
        """Tell whether it is to be checked: it was sent, or its address carries a look."""
        return self.is_look or self.is_submitted()

    def validate(self, extra_validators: object = None) -> bool:
        """Check each field, and if all are right, what they say together."""
        if super().validate(extra_validators):
            self.check()
        return not self.errors

    def check(self) -> None:
        """Say what is wrong with fields that are right one by one. For forms that need it."""

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal's sentences, each at its field."""
        for sentence, field in refusal.places:
            place = None if isinstance(refusal, self.above) else field or self.elsewhere
            self.say(sentence, place)

    def say(self, sentence: str, field: str | None = None) -> None:
        """Show a sentence at a field, or above all fields."""
        if field is not None and field in self:
            self[field].errors = [*self[field].errors, sentence]
        else:
            self.form_errors.append(sentence)

    def outdate(self, saved: Self) -> None:
        """Keep what someone else has saved, to show both; from now on the editor has seen it.

        What she did not touch becomes what is saved.
        """
        self.saved = saved
        for seen in (field for field in self if isinstance(field, SeenField)):
            self._follow(saved, seen.shown)
            seen.data, seen.shown = saved[seen.name].data, prints(saved)

    def _follow(self, saved: Self, shown: Mapping[str, str] | None) -> None:
        if shown is None:
            return
        known = [field for field in visible(self) if field.name in shown]
        standing = prints(saved)
        touched = {field.name for field in known if print_of(field) != shown[field.name]}
        for field in known:
            if field.name not in touched:
                follow(field, saved[field.name])
        self.touched = frozenset(touched)
        self.moved = frozenset(
            field.name for field in known if standing[field.name] != shown[field.name]
        )

    @property
    def status(self) -> int:
        """Return the status of a page with this form: a conflict where no answer would mend it."""
        if self.saved is not None:
            return CONFLICT
        if not self.errors:
            return 200
        is_mendable = any(not isinstance(field, HiddenField) for field in self)
        return UNPROCESSABLE if is_mendable else CONFLICT


def _kept_of(form: BaseForm) -> MultiDict[str, str] | None:
    """Return what was typed into this form before, and could not be taken then."""
    kept: MultiDict[str, str] | None = g.get("kept_form")
    if kept is None:
        return None
    names = {name.partition("-")[0] for name in kept}  # a day has three boxes: "day-month"
    if not any(name in names and not isinstance(form[name], HiddenField) for name in form._fields):
        return None
    g.is_kept_shown = True
    return kept


class VersionedForm(Form):
    """A form that knows which version of a record its editor has seen."""

    version = SeenField()

    @property
    def seen(self) -> int:
        """Return the version that was read; 0, which none has, for anything odd."""
        return number(self.version.data)


class SeenForm(Form):
    """A form that knows how something without a version was when its editor opened it: `seen`."""

    seen = SeenField()


class CheckboxesField(SelectMultipleField):
    """Any number of choices, each with a box of its own."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: BaseForm) -> None:
        """Raise ValidationError in plain words for what is not in the list."""
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(_("Choose from the list")) from None


def typed() -> list[tuple[str, str]]:
    """Return what was sent with a form, or is carried here, to be sent once more."""
    sent = _look() or request.form
    return [pair for pair in sent.items(multi=True) if pair[0] != "csrf_token"]


def look_address(now: datetime, page: str | None = None) -> str | None:
    """Return an address of this page that shows again what was sent for a look at it.

    `page` is the address of another page with the same form. None for more than an address may
    hold.
    """
    path, _sep, query = (page or request.full_path).partition("?")
    letters = carry(json.dumps(typed()), path, now=now)
    if len(letters) > LONGEST_LOOK:
        return None
    kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != LOOK]
    return f"{path}?{urlencode([*kept, (LOOK, letters)])}"


def _look() -> MultiDict[str, str] | None:
    """Return what was sent for a look and is carried by this address, if it is."""
    letters = request.args.get(LOOK, "") if request.method == "GET" else ""
    text = carried(letters, request.path, now=clock.now()) if letters else None
    return None if text is None else MultiDict([(name, said) for name, said in json.loads(text)])


def tidy(text: str | None) -> str:
    """Return what was typed on one line, without control characters and outer spaces."""
    return one_line(text or "")


def tidy_name(text: str | None) -> str:
    """Return a name as it was typed, on one line, without what nobody can see."""
    return tidy(without_unseen(text or ""))


def tidy_email(text: str | None) -> str:
    """Return an address as it was meant, whatever unseen characters came along with it."""
    return tidy_address(text or "")


def tidy_lines(text: str | None) -> str:
    """Return what was typed, each line tidied, without empty lines around it."""
    return several_lines(text or "")


def number(text: object) -> int:
    """Return a number as it was sent, or 0, which nothing of ours has, for anything odd."""
    digits = str(text or "")
    return (
        int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS else 0
    )


def answer(field: Field) -> str:
    """Return the text of a field, empty when it was not sent."""
    return str(field.data or "")


def answers(field: Field) -> list[str]:
    """Return the values of the boxes that were ticked."""
    return [str(each) for each in field.data or ()]


def options(pairs: Iterable[tuple[object, object]]) -> list[Any]:
    """Return what a field offers, from pairs of value and words."""
    return [SelectChoice(value, words) for value, words in pairs]


def at_most(longest: int) -> Length:
    """Return the validator of the longest text that a field takes, in characters."""
    return Length(max=longest, message=lazy("Use %(max)d characters or fewer"))
