"""The three grave steps of a whole event: it goes online, to another day, or is canceled.

Each page shows what the step would come to: the step is taken, looked at, and undone. Only the
button does it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.db import rehearsal, transaction
from forum.errors import Refusal
from forum.events import whole_queries
from forum.events.models import Event
from forum.i18n import _
from forum.notices import queries as notices
from forum.notices.actions import check_words
from forum.notices.models import Occasion
from forum.organizer import programme_queries
from forum.organizer.desk import bp
from forum.organizer.events.whole_forms import (
    CancelForm,
    OnlineForm,
    PostponeForm,
    WholeForm,
    in_words,
)
from forum.organizer.events.whole_page import Ahead, ahead, everyone
from forum.planning import actions, refusals, whole_actions
from forum.registration.places.online_actions import would_move

CONFLICT = 409
UNPROCESSABLE = 422


@bp.route("/events/<slug>/online", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def go_online(slug: str) -> ResponseReturnValue:
    """Ask, with everything that it would come to, then let the whole event go online."""
    event, now = programme_queries.event(slug), clock.now()
    prospect = whole_queries.prospect(event)
    form = OnlineForm.about(event, prospect, is_sent=request.method == "POST")
    if form.validate_on_submit() and _is_done(
        form,
        lambda words: whole_actions.go_online(
            event,
            form.also_online.data or (),
            words=words,
            version=form.seen,
            by=guard.current_organizer(),
            now=now,
        ),
    ):
        flash(_("The whole event is online. The emails are in the outbox."), "good")
        return redirect(url_for(".event", slug=slug), 303)

    def begin(event: Event) -> None:
        also = form.also_online.data or ()
        whole_actions.begin_online(event, also, version=event.version, now=now)

    found = _look(slug, form, Occasion.ONLINE, begin, now)
    event = programme_queries.event(slug)
    prospect = whole_queries.prospect(event)
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
    form = PostponeForm.about(event, is_sent=request.method == "POST")
    span = form.span(event) if form.validate_on_submit() else None
    has_looked = request.form.get("looked") == form.asked
    if (
        span
        and has_looked
        and _is_done(
            form,
            lambda words: whole_actions.postpone(
                event, *span, words=words, version=form.seen, by=guard.current_organizer(), now=now
            ),
        )
    ):
        flash(_("The event is on its new day. The emails are in the outbox."), "good")
        return redirect(url_for(".event", slug=slug), 303)

    def begin(event: Event) -> None:
        if span is not None:
            whole_actions.begin_postponing(event, *span, version=event.version, now=now)

    found = _look(slug, form, Occasion.POSTPONED, begin, now) if span else None
    event = programme_queries.event(slug)
    return _page("postpone", event, form, found, span=span)


@bp.route("/events/<slug>/cancel", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def cancel_event(slug: str) -> ResponseReturnValue:
    """Ask, with who is told and who is not, then call an event off."""
    event, now = programme_queries.event(slug), clock.now()
    form = CancelForm.about(event, is_sent=request.method == "POST")
    if form.validate_on_submit() and _is_done(
        form,
        lambda words: actions.cancel_event(
            event, words=words, version=form.seen, by=guard.current_organizer(), now=now
        ),
    ):
        flash(_("Canceled. The emails are in the outbox."), "good")
        return redirect(url_for(".event", slug=slug), 303)

    def begin(event: Event) -> None:
        by = guard.current_organizer()
        actions.cancel_event(event, version=event.version, by=by, now=now)

    found = _look(slug, form, Occasion.CANCELLED, begin, now)
    return _page("cancel", programme_queries.event(slug), form, found)


def _is_done(form: WholeForm, act: Callable[[Mapping[str, str]], object]) -> bool:
    """Take the step, unless only a look was asked for; a refusal is shown at its field."""
    if request.form.get("step") == "look":
        return False
    try:
        with transaction():
            act(form.words)
    except Refusal as refusal:
        _refuse(form, refusal)
        return False
    return True


def _look(
    slug: str,
    form: WholeForm,
    occasion: Occasion,
    begin: Callable[[Event], None],
    now: datetime,
) -> Ahead | None:
    """Return what a step would come to, found out by taking it and undoing it.

    None if it is not possible, and the form says why.
    """
    try:
        words = check_words(form.words)
    except Refusal as refusal:
        words = {}
        if not form.errors:
            form.refuse(refusal)
    try:
        with rehearsal():
            event = programme_queries.event(slug)
            begin(event)
            is_off = occasion == Occasion.CANCELLED
            pending = everyone(event, now=now) if is_off else notices.pending(event, now=now)
            found = ahead(pending, occasion, words=words, reader=form.reader.data, now=now)
    except Refusal as refusal:
        if not form.errors:
            _refuse(form, refusal)
        return None
    form.offer_readers(list(found.readers))
    return found


def _refuse(form: WholeForm, refusal: Refusal) -> None:
    if isinstance(refusal, refusals.Clashing):
        for sentence, _field in refusal.found:
            form.say(sentence)
    elif isinstance(refusal, refusals.OutsideTheEvent):
        form.say(refusal.sentence)
    else:
        form.refuse(refusal)


def _unaddressed(prospect: whole_queries.Prospect) -> list[str]:
    """Return the rooms that would be shown and have no address to join at yet."""
    rooms = {each.room for each in (*prospect.online, *prospect.could_be) if each.room}
    return sorted(room.name for room in rooms if not room.stream_url)


def _page(
    name: str, event: Event, form: WholeForm, found: Ahead | None, **facts: object
) -> ResponseReturnValue:
    is_conflict = form.version.data != str(event.version) and request.method == "POST"
    if is_conflict:
        form.version.data = str(event.version)
    page = render_template(
        f"organizer/whole/{name}.html",
        event=event,
        form=form,
        ahead=found,
        **facts,
    )
    if not form.errors:
        return page, 200
    return page, CONFLICT if is_conflict or form.form_errors else UNPROCESSABLE
