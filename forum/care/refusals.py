"""Why a change of someone's care state is refused, each in a sentence fit to show."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from forum.care import rules
from forum.care.call_rules import UNDONE_FOR
from forum.care.models import Task
from forum.errors import Refusal
from forum.i18n import _
from forum.registration.models import CareState, Registration, Status


class DayGone(Refusal):
    """A pause would end today or earlier."""


class DayTooFar(Refusal):
    """A pause would last for years."""


class NotHerPause(Refusal):
    """She is remembered, held or has canceled: a pause has no meaning."""


class NotAgreed(Refusal):
    """Someone linked to her asks for her, and she has not agreed that he may."""


class OtherAnswer(Refusal):
    """An answer that does not fit what was asked."""


class AnsweredBefore(Refusal):
    """Somebody has answered what was asked: the first answer counts."""


class DoneForLong(Refusal):
    """A call was done too long ago to take it back."""


class NotWrittenTo(Refusal):
    """Something else keeps our emails back than what was to end."""


def check_unanswered(task: Task) -> None:
    """Raise AnsweredBefore for a task that is done."""
    if task.done_at is not None:
        raise AnsweredBefore(_("This was answered before. The first answer counts."))


def check_undone_in_time(task: Task, *, now: datetime) -> None:
    """Raise DoneForLong for a call that was done more than a day ago."""
    if task.done_at is not None and task.done_at <= now - UNDONE_FOR:
        raise DoneForLong(_("This call was done more than a day ago. It stays done."))


def check_may_end(registration: Registration, ends: CareState, *, is_desk: bool) -> None:
    """Raise NotWrittenTo where another silence than `ends` is kept; `is_desk` for an organizer."""
    if not is_desk:
        check_not_gone(registration)
    check_lives(registration)
    if registration.care_state == ends:
        return
    if not is_desk:
        raise NotWrittenTo(_("No emails go out at the moment. We ask before we write again."))
    if registration.care_state == CareState.HELD:
        raise NotWrittenTo(_("This person is on hold by now. Ask them what they want first."))
    raise NotWrittenTo(_("Emails are paused by now. Nothing was changed."))


def check_lives(registration: Registration) -> None:
    """Raise NotWrittenTo, at the desk, for someone remembered."""
    if registration.care_state == CareState.REMEMBERED:
        raise NotWrittenTo(_("This person is remembered (has died). Nothing was changed."))


def check_not_gone(registration: Registration) -> None:
    """Raise NotWrittenTo, on her own page, for someone remembered."""
    if registration.care_state == CareState.REMEMBERED:
        raise NotWrittenTo(
            _("This registration can no longer be changed. Please call us if you need help.")
        )


def check_agreed(registration: Registration, through: Registration | None) -> None:
    """Raise NotAgreed where a companion asks for her whom she has not let."""
    if through is not None and not registration.has_let_companion_pause:
        raise NotAgreed(
            _("This person has not agreed to it yet. They can do so on their own page.")
        )


def check_day(until: date | None, registration: Registration, *, now: datetime) -> None:
    """Raise DayGone or DayTooFar for a day on which no pause can end. None is none."""
    if until is None:
        return
    today = now.astimezone(ZoneInfo(registration.timezone)).date()
    if until <= today:
        raise DayGone(_("Choose a day after today."), field="until")
    if rules.is_too_long(until, today=today):
        raise DayTooFar(_("Choose a day within two years, or choose no day at all."), field="until")


def check_own_pause(registration: Registration) -> None:
    """Raise NotHerPause for one whom no pause of her own concerns."""
    if registration.status == Status.CANCELLED:
        raise NotHerPause(_("This registration is canceled. No emails go out."))
    if registration.care_state == CareState.HELD:
        raise NotHerPause(_("No emails go out at the moment. We ask before we write again."))
    if registration.care_state == CareState.REMEMBERED:
        raise NotHerPause(
            _("This registration can no longer be changed. Please call us if you need help.")
        )
