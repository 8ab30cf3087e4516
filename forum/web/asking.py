"""Ask, do, say: what someone asks for is done in one transaction, or she is told why not.

The desk and the personal pages build their own on these: who does it, and where one goes on to.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from forum.db import transaction
from forum.errors import ChangedMeanwhile, Refusal
from forum.web.forms import Form

Result = TypeVar("Result")
Asked = TypeVar("Asked", bound=Form)
Said = str | Sequence[tuple[str, str]]
"""A sentence that all is well, or several sentences, each with its look."""
Done = Said | Callable[[Result], Said]
"""What is said afterwards; it may depend on what was done."""
To = str | Callable[[Result], str]
"""Where one goes on to; it may depend on what was done."""


def submit(
    form: Asked,
    act: Callable[[], Result],
    done: Done[Result],
    to: To[Result],
    *,
    saved: Callable[[], Asked] | None = None,
) -> ResponseReturnValue | None:
    """Do what a valid form asks for; None when it is to be shown, with what is wrong.

    `act` reads the form's answers when it is called: checking them may have put them in order.
    `saved` makes the form as things stand: where someone else was faster, the page shows both.
    """
    if not form.validate_on_submit():
        return None
    try:
        with transaction():
            result = act()
    except Refusal as refusal:
        if isinstance(refusal, ChangedMeanwhile) and saved is not None:
            form.outdate(saved())
        else:
            form.refuse(refusal)
        return None
    return _go_on(result, done, to)


def press(
    act: Callable[[], Result],
    done: Done[Result],
    to: To[Result],
    *,
    refused: str,
    back: str,
) -> ResponseReturnValue:
    """Do what a button asks for and go on, saying how it went.

    A refusal is said, in the look `refused`, on the page `back`.
    """
    try:
        with transaction():
            result = act()
    except Refusal as refusal:
        flash(refusal.sentence, refused)
        return redirect(back, 303)
    return _go_on(result, done, to)


def _go_on(result: Result, done: Done[Result], to: To[Result]) -> ResponseReturnValue:
    said = done(result) if callable(done) else done
    for sentence, look in [(said, "good")] if isinstance(said, str) else said:
        flash(sentence, look)
    return redirect(to(result) if callable(to) else to, 303)
