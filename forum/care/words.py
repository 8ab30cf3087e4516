"""What care states, and what a human is asked to do, are called."""

from forum.care.models import TaskKind
from forum.care.rules import Answer
from forum.i18n import lazy
from forum.registration.models import CareState

CARE_STATES = {
    CareState.ACTIVE: lazy("Active"),
    CareState.PAUSED: lazy("Paused"),
    CareState.REMEMBERED: lazy("Remembered"),
    CareState.HELD: lazy("Held"),
}
"""Shown as small neutral tags, never in a color of alarm."""
REASONS = {
    CareState.PAUSED: lazy("Paused: they asked for silence"),
    CareState.HELD: lazy("Held: someone must ask them first"),
    CareState.REMEMBERED: lazy("Remembered: nothing goes out any more"),
}
"""Why someone is kept back, above the names."""
TASKS = {
    TaskKind.CALL: lazy("Please call"),
    TaskKind.ASK_COMPANION: lazy("Please ask"),
    TaskKind.CHECK_PERSON: lazy("Please check"),
}
ANSWERS = {
    Answer.DONE: lazy("Done"),
    Answer.WRITE: lazy("Write to them again"),
    Answer.QUIET: lazy("They want no emails"),
    Answer.CANCEL: lazy("Cancel their place"),
    Answer.SAME: lazy("Same person: undo"),
    Answer.ANOTHER: lazy("Another person"),
}
"""The buttons that answer."""
