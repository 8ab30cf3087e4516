"""What people fill in: one page to register, and the small forms of the personal pages."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import ValidationError

from forum.events import words
from forum.events.models import Event, Mode, Session
from forum.i18n import _, day_on, lazy, may_be_asked, time_beside, visitors_zone
from forum.names import may_be_same, name_key
from forum.privacy.consents import text_in_force
from forum.privacy.models import ConsentPurpose
from forum.registration.details import UNSAID, Part, Way, fit, of, questions, told_in
from forum.registration.fields import email_field
from forum.registration.my import companion_forms
from forum.registration.register.addressees import Addressees
from forum.registration.register.likely_rules import likely
from forum.registration.requests import Companion, Request
from forum.tongues import noted
from forum.web.forms import CheckboxesField, Form, answer, answers, number, options, tidy_email

NAME, *REACH = of(Part.REACH, first=("name",))
FOLDS = {
    "about": [*of(Part.ABOUT), *REACH],
    "help": of(Part.HELP),
    "mail": of(Part.MAIL, first=("timezone", "language")),
}
"""What may be left out, as it is folded on the page. The name stands above."""
GUESSED = {"timezone", "language"}
"""Parts of it that are never empty."""
OF_COMPANION = ("companion_email", "companion_needs", "companion_food")
"""What is said of someone who comes along, besides the name."""
ANOTHER, HERSELF = "another", "herself"
"""Answers to the question whether a companion is the asker."""


class AddressesForm(Form):
    """A form with email addresses: what looks like a slip of the finger is asked about, once."""

    addresses: ClassVar[tuple[str, ...]] = ("email",)
    """The names of their fields."""

    meant = HiddenField()
    """The button that takes the address we asked about, as "email ada@gmail.com"."""
    sure = SelectMultipleField(validate_choice=False)
    """Addresses that she means as she typed them."""

    def __init__(self) -> None:
        """Put the address that she pressed into its field, unless she has typed another since."""
        super().__init__()
        self.slips: dict[str, str] = {}
        """What was probably meant, by the field whose address looks like a slip."""
        name, _space, meant = answer(self.meant).partition(" ")
        if name in self.addresses and meant == likely(tidy_email(self[name].data)):
            self[name].data = meant

    def check(self) -> None:
        """Ask about each address that looks like a slip and that she is not sure of."""
        for name in self.addresses:
            typed = answer(self[name])
            meant = likely(typed)
            if meant and typed not in answers(self.sure):
                self.slips[name] = meant
                self.say(_("Did you mean %(address)s?", address=meant), name)


class RegistrationForm(AddressesForm):
    """A request for a place. Three answers are needed; the rest helps, and may stay empty."""

    addresses = ("email", "companion_email")

    stamp = HiddenField("", name="mark")
    website = StringField(lazy("Leave this empty"))

    vars().update(questions([NAME], Way.ASKED))
    email = email_field(
        lazy("Email address"),
        lazy("Two people may share one address."),
        "email",
        required=lazy("Enter your email address"),
    )
    mode = RadioField(lazy("How will you take part?"), validate_choice=False)

    vars().update(questions(FOLDS["about"], Way.ASKED))

    companion_name = companion_forms.companion_name()
    companion_email = companion_forms.companion_email()
    companion_mode = companion_forms.companion_mode()
    companion_needs = companion_forms.companion_needs()
    companion_food = companion_forms.companion_food()
    pair_rule = companion_forms.pair_rule()

    sessions = CheckboxesField(lazy("Small-group sessions"), coerce=number, validate_choice=False)

    vars().update(questions(FOLDS["help"], Way.ASKED))
    vars().update(questions(FOLDS["mail"], Way.ASKED))
    next_invitation = BooleanField(text_in_force(ConsentPurpose.NEXT_INVITATION).words)

    def __init__(self, event: Event, sessions: Iterable[Session]) -> None:
        """Fit the form to an event and its sessions with limited places."""
        super().__init__()
        self._event = event
        fit(self, event)
        self.may_be_herself = False
        """Whether we ask if the companion is the asker."""
        if HERSELF in answers(self.sure):
            for name in ("companion_name", *self.of_companion):
                self[name].data, self[name].raw_data = "", []
        self.session_titles = {
            each.id: _session_in_words(each, event.timezone) for each in sessions
        }
        self.sessions.choices = options(self.session_titles.items())
        companion_forms.offer_modes(self.companion_mode, event)
        self.asks_pair_rule = companion_forms.places_are_limited(event)
        if visitors_zone() is None and not self.is_typed:
            self.timezone.render_kw = {"data-guess-zone": event.timezone}
        if self.timezone.data is None:
            self.timezone.data = event.timezone

    @property
    def her_zone(self) -> str | None:
        """Return the zone that she has chosen, in the form or in the address of its page."""
        chosen = answer(self.timezone) if self.is_typed else ""
        return chosen if may_be_asked(chosen) else visitors_zone()

    def fold(self, key: str) -> list[Field]:
        """Return the fields that are folded together, in their order."""
        return [self[name] for name in questions(FOLDS[key], Way.ASKED) if name in self]

    @property
    def of_companion(self) -> list[str]:
        """Return the names of what is asked of someone who comes along, besides the name."""
        return [name for name in OF_COMPANION if name in self]

    def prefill(self, *, mode: str, timezone: str) -> None:
        """Take a mode and a time zone from the address of the page; leave out what is neither."""
        if mode in set(Mode):
            self.mode.data = mode
        if may_be_asked(timezone):
            self.timezone.data = timezone

    def offer(self, modes: Sequence[Mode]) -> None:
        """Show these modes to choose from."""
        self.mode.choices = options((mode.value, words.MODES[mode]) for mode in modes)
        if len(modes) == 1 and self.mode.data is None:
            self.mode.data = modes[0].value

    def validate_mode(self, field: RadioField) -> None:
        """Raise ValidationError unless it is one of the event's modes, open or not."""
        if field.data not in {gate.mode.value for gate in self._event.gates}:
            raise ValidationError(_("Choose how you will take part"))

    def validate_roles(self, field: CheckboxesField) -> None:
        """Raise ValidationError for saying and not saying at once."""
        said = answers(field)
        if UNSAID in said and len(said) > 1:
            raise ValidationError(_("Choose who you are, or “I would rather not say”, not both"))

    def validate_companion_mode(self, field: RadioField) -> None:
        """Raise ValidationError for what is not in the list, where somebody comes along."""
        if not self.companion_name.data:
            return
        companion_forms.check_mode(field, self._event)

    def validate_companion_name(self, field: StringField) -> None:
        """Raise ValidationError where something is said of a person without a name."""
        if not field.data and any(self[name].data for name in self.of_companion):
            raise ValidationError(_("Enter the name of the person, too"))

    def check(self) -> None:
        """Ask about slips, and about a companion who may be the asker, written otherwise."""
        super().check()
        own, other = answer(self.name), answer(self.companion_name)
        shares = answer(self.companion_email) in {"", answer(self.email)}
        is_in_doubt = name_key(own) != name_key(other) and may_be_same(own, other)
        if other and shares and is_in_doubt and not self.is_another:
            self.may_be_herself = True
            self.say(_("Is %(name)s another person, or is it you?", name=other), "companion_name")

    @property
    def two_names(self) -> str:
        """Return what stands for these two names: sent again as they are, they have been asked."""
        return f"{ANOTHER}: {answer(self.name)}, {answer(self.companion_name)}"

    @property
    def is_another(self) -> bool:
        """Tell whether she has said that the companion is another person."""
        return not {ANOTHER, self.two_names}.isdisjoint(answers(self.sure))

    @property
    def tells_more(self) -> bool:
        """Tell whether a part that may be left out has been filled in, or is wrong."""
        told = [*self.fold("about"), *self.fold("help"), *self.fold("mail")]
        told += [self[name] for name in ("companion_name", *self.of_companion, "next_invitation")]
        filled = [each for each in told if each.name not in GUESSED]
        wrong = [*told, self.companion_mode, self.pair_rule, self.sessions]
        is_filled = any(each.data for each in [*filled, self.sessions])
        return (self.is_typed and is_filled) or any(each.errors for each in wrong)

    def request(self, *, form_key: str) -> Request:
        """Return what is asked for. Call it on a form that is valid."""
        return Request(
            **told_in(self),
            email=answer(self.email),
            mode=Mode(answer(self.mode)),
            companion=self._companion(),
            pair_rule=companion_forms.chosen_rule(self.pair_rule),
            sessions=tuple(int(each) for each in answers(self.sessions)),
            form_key=form_key,
        )

    def _companion(self) -> Companion | None:
        name = answer(self.companion_name)
        if not name:
            return None
        return Companion(
            name=name,
            email=answer(self.companion_email) or None,
            mode=companion_forms.chosen_mode(self.companion_mode),
            needs=answer(self.companion_needs),
            food=answer(self.companion_food) if "companion_food" in self else "",
        )

    def say(self, sentence: str, field: str | None = None) -> None:
        """Show a sentence at a field that is shown, or above all fields."""
        super().say(sentence, None if field == "sessions" and not self.session_titles else field)


class SessionsForm(Form):
    """Which sessions with limited places someone wants."""

    elsewhere = "sessions"
    sessions = CheckboxesField(lazy("Small-group sessions"), coerce=number, validate_choice=False)

    def __init__(
        self,
        sessions: Iterable[Session],
        zone: str,
        titled: Callable[[Session], str],
        chosen: Sequence[int] = (),
    ) -> None:
        """Offer these sessions as they are called to her, their times in the event's zone.

        Those that are `chosen` are shown so.
        """
        super().__init__({"sessions": chosen})
        self.sessions.choices = options(
            (each.id, _session_in_words(each, zone, titled)) for each in sessions
        )


class CorrectionForm(AddressesForm):
    """The address that was meant, right after registering with another."""

    email = email_field(
        lazy("The right email address"),
        "",
        "email",
        required=lazy("Enter your email address"),
    )
    with_companion = BooleanField("", default=True)

    def __init__(self, known: Addressees) -> None:
        """Ask about whoever came along, where his email has gone to the same address."""
        super().__init__()
        alike = [each.name for each in known.people[1:] if each.email == known.people[0].email]
        if alike:
            said = _("Also for %(name)s: the email went to the same address", name=alike[0])
            self.with_companion.label.text = said
        else:
            del self.with_companion

    @property
    def moves_companion(self) -> bool:
        """Tell whether the right address is also that of whoever came along."""
        return "with_companion" in self and bool(self.with_companion.data)


class FindForm(Form):
    """Where to send someone her links."""

    website = StringField(lazy("Leave this empty"))
    email = email_field(
        lazy("Email address"),
        lazy("The one that you registered with."),
        "email",
        required=lazy("Enter your email address"),
    )


def _session_in_words(
    session: Session, zone: str, titled: Callable[[Session], str] = words.titled
) -> str:
    """Return "10:30 am: For loved ones only"; with the weekday behind the event's first day."""
    return _(
        "%(time)s: %(title)s",
        time=time_beside(session.starts_at, zone, day_on(session.event.starts_at, zone)),
        title=noted(titled(session)),
    )
