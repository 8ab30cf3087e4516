"""The three grave steps of a whole event: it goes online, to another day, or is canceled.

Each page shows what the step would come to: it is supposed, and read. No look takes a turn or a
lock, however many people it counts. Only the button does it, with their number typed.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from flask import request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.errors import Refusal
from forum.events import whole_queries
from forum.events.models import Event
from forum.events.promise_queries import promise_moves
from forum.i18n import _
from forum.notices import reach_queries
from forum.notices.actions import check_words
from forum.notices.models import Occasion
from forum.organizer import programme_queries
from forum.organizer.asking import ask, look, submit
from forum.organizer.desk import bp
from forum.organizer.events.whole_forms import (
    CancelForm,
    OnlineForm,
    PostponeForm,
    WholeForm,
    in_words,
)
from forum.organizer.events.whole_page import Ahead, ahead
from forum.organizer.words import house_zone
from forum.planning import actions, their_number, whole_actions
from forum.registration.places.online_actions import would_move
from forum.registration.queries import number_registered
from forum.supposing import supposing
from forum.tongues import say
from forum.web.forms import CONFLICT


@bp.route("/events/<slug>/online", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def go_online(slug: str) -> ResponseReturnValue:
    """Ask, with everything that it would come to, then let the whole event go online."""
    event, now = programme_queries.event(slug), clock.now()
    form = OnlineForm(event, whole_queries.prospect(event, now=now))
    also = form.also_online.data or ()
    done = _("The whole event is online. The emails are in the outbox.")
    taken = _step(
        form,
        partial(whole_actions.on_their_number, whole_actions.go_online, event, also),
        done,
        slug,
    )
    if taken is not None:
        return taken

    def begin(event: Event) -> None:
        whole_actions.begin_online(event, also, now=now)

    found = _look(slug, form, Occasion.ONLINE, begin, now)
    event = programme_queries.event(slug)
    prospect = whole_queries.prospect(event, now=now)
    return _page(
        "online",
        event,
        form,
        found,
        prospect=prospect,
        lost=[in_words(each) for each in prospect.lost],
        moving=would_move(event),
        unaddressed=_unaddressed(prospect),
    )


@bp.route("/events/<slug>/postpone", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def postpone(slug: str) -> ResponseReturnValue:
    """Ask for the new day and show what it would come to, then put the event off."""
    event, now = programme_queries.event(slug), clock.now()
    form = PostponeForm(event, now=now)
    if request.form.get("step") == "look" and (onward := look()):
        return onward
    span = form.span if form.is_asked() and form.validate() else None
    if span is not None and request.form.get("looked") == form.asked:
        done = _("The event has its new date. The emails are in the outbox.")
        taken = _step(
            form,
            partial(whole_actions.on_their_number, whole_actions.postpone, event, *span),
            done,
            slug,
        )
        if taken is not None:
            return taken

    def begin(event: Event) -> None:
        if span is not None:
            whole_actions.begin_postponing(event, *span, now=now)

    found = _look(slug, form, Occasion.POSTPONED, begin, now) if span else None
    event = programme_queries.event(slug)
    held = [in_words(each) for each in whole_queries.held(event, now=now)]
    return _page("postpone", event, form, found, span=span, held=held)


@bp.route("/events/<slug>/cancel", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def cancel_event(slug: str) -> ResponseReturnValue:
    """Ask, with who is told and who is not, then call an event off."""
    event, now = programme_queries.event(slug), clock.now()
    form, done = CancelForm(event), _("Canceled. The emails are in the outbox.")
    taken = _step(
        form, partial(whole_actions.on_their_number, actions.cancel_event, event), done, slug
    )
    if taken is not None:
        return taken

    def begin(event: Event) -> None:
        actions.begin_canceling(event, now=now)

    found = _look(slug, form, Occasion.CANCELLED, begin, now)
    event = programme_queries.event(slug)
    held = [in_words(each) for each in whole_queries.held(event, now=now)]
    return _page("cancel", event, form, found, held=held)


def _step(
    form: WholeForm, act: Callable[..., object], done: str, slug: str
) -> ResponseReturnValue | None:
    """Take the step, unless only a look was asked for or it is refused."""
    if form.is_look or request.form.get("step") == "look":
        form.validate()
        return look()
    step = partial(act, words=form.words, people=form.people.data, version=form.seen)
    return submit(form, step, done, url_for(".event", slug=slug))


def _look(
    slug: str,
    form: WholeForm,
    occasion: Occasion,
    begin: Callable[[Event], None],
    now: datetime,
) -> Ahead | None:
    """Return what a step would come to, found out by supposing that it has begun.

    None if it is not possible, and the form says why.
    """
    try:
        words = check_words(form.words)
    except Refusal as refusal:
        words = {}
        if not form.errors:
            form.refuse(refusal)
    try:
        with supposing():
            event = programme_queries.event(slug)
            ends_at = event.ends_at
            begin(event)
            is_off = occasion == Occasion.CANCELLED
            concerned = reach_queries.everyone if is_off else reach_queries.reach
            pending = concerned(event, now=now)
            found = ahead(pending, occasion, words=words, reader=form.reader.data, now=now)
            promise = promise_moves(event, ends_at, zone=house_zone(), now=now)
            found = replace(found, promise=promise)
    except Refusal as refusal:
        if not form.errors:
            form.refuse(refusal)
        return None
    form.offer_readers(found.readers)
    return found


def _unaddressed(prospect: whole_queries.Prospect) -> list[str]:
    """Return the rooms that would be shown and have no address to join at yet."""
    rooms = {each.room for each in (*prospect.online, *prospect.could_be) if each.room}
    return sorted(say(room, "name") for room in rooms if not room.stream_url)


def _page(
    name: str, event: Event, form: WholeForm, found: Ahead | None, **facts: object
) -> ResponseReturnValue:
    is_outdated = form.is_asked() and form.seen != event.version
    if is_outdated:
        form.version.data = str(event.version)
    is_conflict = form.errors and (is_outdated or form.form_errors)
    status = CONFLICT if is_conflict else None
    facts |= {"registered": number_registered(event), "their_number": their_number}
    return ask(f"whole/{name}", form, status=status, event=event, ahead=found, **facts)
