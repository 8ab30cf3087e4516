"""The promise of an event's recordings: how it stands, and saying so."""

from datetime import date, datetime
from functools import partial

from flask import url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import Organizer, OrganizerRole
from forum.errors import Missing
from forum.events.models import Event
from forum.events.promise_queries import promise_of
from forum.events.promise_rules import posted_on
from forum.events.promise_words import afterwards
from forum.i18n import _, day_on
from forum.organizer import programme_queries
from forum.organizer.asking import ask, submit
from forum.organizer.desk import bp
from forum.organizer.events.promise_forms import PromiseForm
from forum.organizer.words import house_zone
from forum.planning import promise_actions


@bp.route("/events/<slug>/promise", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
@guard.opens_by_link
def promise(slug: str) -> ResponseReturnValue:
    """Say that the recordings came, or by which day they come, once the event is over."""
    event, now, zone = programme_queries.event(slug), clock.now(), house_zone()
    found = promise_of(event, zone=zone, now=now)
    if found is None or now < event.ends_at:
        raise Missing
    today = day_on(now, zone)
    form = PromiseForm(event, today=today)
    return submit(
        form,
        partial(_say, event, form, today),
        _("Saved. Our pages say it now. Nobody was written to."),
        url_for(".event", slug=slug),
        saved=lambda: PromiseForm(event, today=today, is_sent=False),
    ) or ask(
        "events/promise",
        form,
        event=event,
        promise=found,
        said=afterwards(event, found),
        posted=posted_on(event),
    )


def _say(event: Event, form: PromiseForm, today: date, *, by: Organizer, now: datetime) -> None:
    if form.is_kept:
        promise_actions.keep(event, today, version=form.seen, by=by, now=now)
    else:
        promise_actions.move(event, form.moved_to, version=form.seen, by=by, now=now)
