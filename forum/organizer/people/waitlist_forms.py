"""What an organizer enters for someone who waits and is on the phone."""

from datetime import datetime
from enum import StrEnum

from wtforms import RadioField
from wtforms.validators import InputRequired

from forum.i18n import _, lazy, moment_in_words, unbroken
from forum.organizer.words import short_notice
from forum.registration.day_field import DayBoxesField
from forum.registration.models import Offer, PairRule, Registration
from forum.registration.my.waiting.forms import WaitingForm
from forum.registration.queries import companions
from forum.registration.rules import waiting_fingerprint
from forum.web.forms import Form, SeenForm, options


class Answer(StrEnum):
    """What someone says to an offer."""

    TAKE = "take"
    WAIT = "wait"
    LEAVE = "leave"


TOLD = {
    Answer.TAKE: lazy("The place is booked."),
    Answer.WAIT: lazy("Saved. They stay on the waitlist, at the end."),
    Answer.LEAVE: lazy("Saved. They left the waitlist."),
}


class AnswerForm(Form):
    """The answer to one offer, and which of two takes it where either may."""

    answer = RadioField(lazy("What do they say?"), [InputRequired(lazy("Choose the answer"))])
    taker = RadioField(lazy("Who takes the place?"), validate_choice=False)

    def __init__(self, offer: Offer, person: Registration) -> None:
        """Ask `person`, and for the taker where an offer may be taken by either of a pair."""
        super().__init__()
        take, wait = _("Yes, book it"), _("Not this time: stay on the waitlist, at the end")
        leave = _("%(name)s is no longer waiting for a place", name=person.name)
        self.answer.choices = options(zip(Answer, (take, wait, leave), strict=True))
        self._takers = {each.public_id: each for each in _takers(offer)}
        if self._takers:
            names = [(key, person.name) for key, person in self._takers.items()]
            self.taker.choices = options(names)
            self.taker.data = self.taker.data or offer.registration.public_id
        else:
            del self.taker

    @property
    def chosen(self) -> Answer:
        """Return the answer."""
        return Answer(self.answer.data)

    @property
    def who_takes(self) -> Registration | None:
        """Return which of a pair takes the place; None where there is no choice."""
        return self._takers.get(self.taker.data or "") if self._takers else None

    def told(self, *, is_offered: bool) -> str:
        """Return what to say when it is done; `is_offered`: the place, to the next person."""
        said = str(TOLD[self.chosen])
        if not is_offered:
            return said
        return " ".join((said, _("The place is offered to the next person.")))


class DeskWaitingForm(WaitingForm, SeenForm):
    """How someone waits, in the organizer's words: she may change it herself meanwhile."""

    short_notice = RadioField(
        lazy("Offer a place in the last three days?"),
        validate_choice=False,
        description=lazy("An offer must be answered by then."),
    )
    auto_take = DayBoxesField(
        lazy("If a place is free, book it for them without asking, up to this day")
    )

    never = lazy("No")

    def __init__(self, registration: Registration, *, now: datetime, is_sent: bool = True) -> None:
        """Show how she waits now, unless something else has just been sent."""
        seen = waiting_fingerprint(registration)
        super().__init__(registration, now=now, is_sent=is_sent, seen=seen)

    def if_by(self, hours: str, end: datetime, zone: str) -> str:
        """Return how late an offer may end: by which moment on the person's clock."""
        by = _("by %(moment)s", moment=unbroken(moment_in_words(end, zone)))
        return f"{short_notice(int(hours))}, {by}"


def _takers(offer: Offer) -> list[Registration]:
    first = offer.registration
    if offer.partner_id is not None or first.pair_rule != PairRule.EITHER:
        return []
    others = [each for each in companions(first) if each.waits_for == offer.mode]
    return [first, *others] if others else []
