"""What an organizer enters about people who register."""

from collections.abc import Iterable, Sequence

from wtforms import BooleanField, Field, HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, ValidationError

from forum import clock
from forum.errors import Refusal
from forum.events.models import Event, Mode, Session
from forum.events.words import MODES, titled
from forum.i18n import _, day_on, lazy, time_beside
from forum.organizer.words import PAIR_RULES
from forum.registration.details import Part, Way, fit, of, questions, told_in
from forum.registration.fields import email_field, name_field
from forum.registration.models import PairRule, Registration
from forum.registration.my.companion_forms import places_are_limited
from forum.registration.places import session_queries
from forum.registration.refusals import Known, PerhapsKnown
from forum.registration.requests import Companion, Overrides, Request
from forum.web.forms import CheckboxesField, Form, SeenForm, answer, number, options

SAME = "same"
"""The companion attends the same way."""
MORE = [*of(Part.ABOUT), *of(Part.MAIL, first=("language", "timezone")), *of(Part.HELP)]
"""What the desk asks when there is time, in this order."""


class ModeForm(Form):
    """Another way to attend."""

    mode = RadioField(lazy("How they take part"), [InputRequired(lazy("Choose one"))])


class CompanionForm(Form):
    """Someone who comes along."""

    companion_name = name_field(lazy("Name of the companion"), "off", lazy("Enter a name"))
    companion_email = email_field(
        lazy("Email address of the companion"),
        lazy("Leave it empty if they share one address, or have none."),
        "off",
    )
    companion_mode = RadioField(lazy("How the companion takes part"), default=SAME)
    pair_rule = RadioField(
        lazy("If only one place is left"),
        choices=options(PAIR_RULES.items()),
        default=PairRule.TOGETHER.value,
    )
    asks_pair_rule: bool = True

    def offer_modes(self, event: Event) -> None:
        """Let her choose from the event's ways to attend."""
        modes = [(str(gate.mode), MODES[gate.mode]) for gate in event.gates]
        self.asks_pair_rule = places_are_limited(event)
        self.companion_mode.choices = options([(SAME, _("The same way")), *modes])

    def companion(self) -> Companion | None:
        """Return who comes along, if anyone."""
        name, mode = answer(self.companion_name), answer(self.companion_mode)
        if not name:
            return None
        return Companion(
            name=name,
            email=answer(self.companion_email) or None,
            mode=None if mode == SAME else Mode(mode),
        )

    @property
    def rule(self) -> PairRule:
        """Return what the two want when one place is left."""
        return PairRule(answer(self.pair_rule))


class SessionsForm(Form):
    """Sessions with limited places that someone wants."""

    sessions = CheckboxesField(lazy("Sessions with limited places"), coerce=number)

    def offer_sessions(self, event: Event, sessions: Iterable[Session]) -> None:
        """Let her choose from these."""
        first, zone = day_on(event.starts_at, event.timezone), event.timezone
        self.sessions.choices = options(
            (each.id, f"{time_beside(each.starts_at, zone, first)}: {titled(each)}")
            for each in sessions
        )

    @property
    def chosen(self) -> tuple[int, ...]:
        """Return the ids that were ticked."""
        return tuple(self.sessions.data or ())


class HerSessionsForm(SessionsForm, SeenForm):
    """Sessions of someone who is registered: she may change them herself meanwhile."""

    def __init__(self, person: Registration, *, is_sent: bool = True) -> None:
        """Show what was sent, or what she has chosen."""
        chosen = [place.session_id for place in session_queries.places_in_sessions(person)]
        seen = session_queries.sessions_fingerprint(person)
        super().__init__({"sessions": chosen, "seen": seen}, is_sent=is_sent)
        offered = session_queries.limited_sessions(person.event, now=clock.now())
        self.offer_sessions(person.event, offered)


class PersonForm(CompanionForm, SessionsForm):
    """Someone who registers by phone, and perhaps whoever comes along."""

    form_key = HiddenField()
    vars().update(questions(of(Part.REACH), Way.PHONED))
    email = email_field(lazy("Email address"), "", "off")
    mode = RadioField(
        lazy("How they take part"), [InputRequired(lazy("Choose a way to take part"))]
    )
    companion_name = name_field(lazy("Name of the companion"), "off")
    vars().update(questions(MORE, Way.PHONED))
    is_another = BooleanField(lazy("I have asked: it is another person"))
    beyond_capacity = BooleanField(
        lazy("Register even if it is full"),
        description=lazy("The number of places grows by as many, and stays so."),
    )
    after_closing = BooleanField(lazy("Register even if registration has closed"))
    before_opening = BooleanField(lazy("Register even if registration has not opened"))

    may_need_exception = False
    """Whether something but what was typed stood in the way, or an exception was chosen."""
    known: Registration | None = None
    """Her registration, where she turns out to have one."""
    perhaps: Sequence[Registration] = ()
    """Who she may be: an organizer is to ask."""

    def refuse(self, refusal: Refusal) -> None:
        """Keep who she is or may be, too."""
        self.may_need_exception = not isinstance(refusal, Known | PerhapsKnown)
        if isinstance(refusal, Known):
            self.known = refusal.registration
        if isinstance(refusal, PerhapsKnown):
            self.perhaps = refusal.people
        super().refuse(refusal)

    def offer(self, event: Event, sessions: list[Session]) -> None:
        """Let her choose from what the event has, and ask for nothing that it has no use for."""
        fit(self, event)
        exceptions = (self.beyond_capacity, self.after_closing, self.before_opening)
        self.may_need_exception = any(each.data for each in exceptions)
        self.mode.choices = options((str(gate.mode), MODES[gate.mode]) for gate in event.gates)
        self.offer_modes(event)
        self.offer_sessions(event, sessions)

    @property
    def reach(self) -> list[Field]:
        """Return the fields of who she is and how to call her."""
        return [self[name] for name in questions(of(Part.REACH), Way.PHONED)]

    @property
    def more(self) -> list[Field]:
        """Return the fields for when there is time."""
        return [self[name] for name in questions(MORE, Way.PHONED) if name in self]

    def validate_phone(self, field: StringField) -> None:
        """Refuse someone whom nothing would reach."""
        if not field.data and not self.email.data and not field.errors:
            raise ValidationError(_("Enter a phone number or an email address"))

    def validate_companion_email(self, field: StringField) -> None:
        """Refuse an address without a name."""
        if field.data and not self.companion_name.data:
            raise ValidationError(_("Enter the name of the companion, too"))

    def request(self) -> Request:
        """Return what she asks for."""
        return Request(
            **told_in(self),
            email=answer(self.email) or None,
            mode=Mode(answer(self.mode)),
            companion=self.companion(),
            pair_rule=self.rule,
            sessions=self.chosen,
            form_key=answer(self.form_key) or None,
        )

    def overrides(self) -> Overrides:
        """Return the limits that the organizer sets aside."""
        return Overrides(
            opening=self.before_opening.data,
            closing=self.after_closing.data,
            capacity=self.beyond_capacity.data,
        )
