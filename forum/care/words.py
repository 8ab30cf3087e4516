"""What care states, and what a human is asked to do, are called."""

from forum.care.models import TaskKind
from forum.care.rules import TaskAnswer
from forum.i18n import lazy
from forum.registration.models import CareState, Registration

CARE_STATES = {
    CareState.ACTIVE: lazy("Active"),
    CareState.PAUSED: lazy("Paused"),
    CareState.REMEMBERED: lazy("Remembered"),
    CareState.HELD: lazy("On hold"),
}
"""Shown as small neutral tags, never in a color of alarm."""
REASONS = {
    CareState.PAUSED: lazy("Paused: they asked for no emails"),
    CareState.HELD: lazy("On hold: someone must ask them first"),
    CareState.REMEMBERED: lazy("Remembered: nothing goes out any more"),
}
"""Why someone is kept back, above the names."""
TASKS = {
    TaskKind.CALL: lazy("Please call"),
    TaskKind.ASK_COMPANION: lazy("Please ask"),
    TaskKind.CHECK_PERSON: lazy("Please check"),
}
ANSWERS = {
    TaskAnswer.DONE: lazy("Done"),
    TaskAnswer.WRITE: lazy("Write to them again"),
    TaskAnswer.QUIET: lazy("They want no emails"),
    TaskAnswer.CANCEL: lazy("Cancel their place"),
    TaskAnswer.DIED: lazy("Same person, who has died"),
    TaskAnswer.SAME: lazy("Same person, and well: undo"),
    TaskAnswer.ANOTHER: lazy("Another person"),
}
"""The buttons that answer."""
BY_PHONE = {
    TaskAnswer.WRITE: lazy("Tell them things again, by phone"),
    TaskAnswer.QUIET: lazy("They want no calls"),
}
"""What they are called for somebody without an email address."""


def answer_name(answer: TaskAnswer, person: Registration) -> str:
    """Return what is on the button that answers for a person."""
    by_phone = {} if person.email else BY_PHONE
    return str(by_phone.get(answer) or ANSWERS[answer])
