"""Ask, do, say, at the desk: every view that changes something is made of these."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import Organizer
from forum.organizer.fields import differences
from forum.web import asking
from forum.web.asking import Asked, Done, Result, To
from forum.web.forms import Form, look_address, typed

ASKS = "asks"
"""What the address of a question about what was typed has besides."""
Returned_co = TypeVar("Returned_co", covariant=True)


class Act(Protocol[Returned_co]):
    """What is done, such as an action that still lacks who does it, and when."""

    def __call__(self, *, by: Organizer, now: datetime) -> Returned_co:
        """Do it, inside a transaction. Raises the refusals of the action."""


def ask(
    template: str, form: Form, *, status: int | None = None, **facts: object
) -> ResponseReturnValue:
    """Show a page of the desk with a form, and what is wrong with it.

    Where someone else has saved meanwhile, `told` says in what the two versions differ. `status`
    is the form's own unless another is given.
    """
    told = differences(form.saved, form) if form.saved else None
    page = render_template(f"organizer/{template}.html", form=form, told=told, **facts)
    return page, status or form.status


def ask_first(
    template: str, form: Form, concerned: Callable[[], Sequence[object]], **facts: object
) -> ResponseReturnValue | None:
    """Ask about what was typed before it is done: yes sends it once more, with `is_sure`.

    None where nobody is `concerned`, or it was said. The question has an address of its own, so
    that Back leads to it; once nobody is concerned any more, that leads on to the form as it
    stands. The way back leads to the form as it was typed.
    """
    is_question = form.is_look and ASKS in request.args
    is_sent = form.is_submitted() and "is_sure" not in request.form
    if not (is_question or is_sent) or not form.validate():
        return None
    people = concerned()
    if not people:
        return redirect(request.path, 303) if is_question else None
    here = request.path
    onward = None if is_question else look_address(clock.now(), f"{here}?{ASKS}=1")
    if onward:
        return redirect(onward, 303)
    back = look_address(clock.now(), here) or here
    return ask(template, form, status=None, typed=typed(), back=back, people=people, **facts)


def submit(
    form: Asked,
    act: Act[Result],
    done: Done[Result],
    to: To[Result],
    *,
    saved: Callable[[], Asked] | None = None,
) -> ResponseReturnValue | None:
    """Do what a valid form asks for, say so on the page `to`; None when the form is to be shown.

    `act` reads the form's answers when it is called: checking them may have put them in order.
    `saved` makes the form as things stand: give it where the page can show both versions.
    """
    return asking.submit(form, lambda: _do(act), done, to, saved=saved)


def look() -> ResponseReturnValue | None:
    """Lead what was sent for a look to an address of its own, so that Back leads to it again.

    None where it is there already, or too long for an address: then it is shown as it was sent.
    """
    address = look_address(clock.now()) if request.method == "POST" else None
    return redirect(address, 303) if address else None


def press(
    act: Act[Result],
    done: Done[Result],
    to: str,
    *,
    refused: str = "rose",
) -> ResponseReturnValue:
    """Do what a button asks for, and say on the page `to` how it went."""
    return asking.press(lambda: _do(act), done, to, refused=refused, back=to)


def _do(act: Act[Result]) -> Result:
    return act(by=guard.current_organizer(), now=clock.now())
