"""Events: their list, one at a glance, and changing it."""

from collections.abc import Callable
from functools import partial

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.events.models import EventStatus
from forum.events.promise_queries import promise_of
from forum.events.rules import is_online_only
from forum.i18n import _
from forum.notices import queries as notices
from forum.notices.end_queries import has_untold_end
from forum.organizer import programme_queries, queries
from forum.organizer.asking import ask, submit
from forum.organizer.desk import bp
from forum.organizer.events import audience_queries
from forum.organizer.events.event_forms import EventForm
from forum.organizer.events.registration_words import (
    closing_said,
    last_change,
    moved_said,
    registration_now,
)
from forum.organizer.words import house_zone
from forum.planning import actions, readiness, refusals, their_number
from forum.web.forms import VersionedForm


@bp.get("/events/")
@guard.needs(OrganizerRole.VIEWER)
def events() -> ResponseReturnValue:
    """List every event with its numbers."""
    every = queries.with_counts(programme_queries.all_events())
    now = clock.now()
    return render_template(
        "organizer/events/list.html",
        coming=[each for each in reversed(every) if each.event.ends_at > now],
        past=[each for each in every if each.event.ends_at <= now],
    )


@bp.get("/events/<slug>/")
@guard.needs(OrganizerRole.VIEWER)
def event(slug: str) -> ResponseReturnValue:
    """Show one event at a glance."""
    found, now = programme_queries.event(slug), clock.now()
    lacking = readiness.missing(found, now=now)
    is_off = found.status == EventStatus.CANCELLED
    promise = promise_of(found, zone=house_zone(), now=now)
    is_under_way = found.status == EventStatus.PUBLISHED and now < found.ends_at
    return render_template(
        "organizer/events/show.html",
        event=found,
        counts=queries.with_counts([found])[0],
        day=queries.on_the_day(found),
        lacking=refusals.missing_in_words(lacking),
        audience=audience_queries.of(found, now=now) if is_off else None,
        pending=notices.untold(found, now=now),
        has_untold_end=has_untold_end(found, now=now),
        can_go_online=is_under_way and not is_online_only(found),
        can_be_postponed=is_under_way,
        now=now,
        registration=registration_now(found, now=now),
        closings={gate.mode: closing_said(gate, now=now) for gate in found.gates},
        changed_at=last_change(found),
        is_over=now >= found.ends_at,
        promise=promise,
    )


@bp.route("/events/<slug>/edit", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
@guard.opens_by_link
def edit_event(slug: str) -> ResponseReturnValue:
    """Change an event's words and times."""
    found, rooms = programme_queries.event(slug), programme_queries.rooms()
    form = EventForm(found, rooms)
    return submit(
        form,
        lambda **how: actions.change_event(found, form.plan, version=form.seen, **how),
        moved_said(found),
        url_for(".event", slug=slug),
        saved=lambda: EventForm(found, rooms, is_sent=False),
    ) or ask(
        "events/edit",
        form,
        event=found,
        is_partly_held=found.status == EventStatus.PUBLISHED
        and their_number.is_partly_held(found, now=clock.now()),
    )


@bp.route("/events/<slug>/publish", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
@guard.opens_by_link
def publish(slug: str) -> ResponseReturnValue:
    """Ask, then show an event to everyone."""
    return _step(slug, actions.publish, _("Published. Everyone can see it."), "publish")


@bp.route("/events/<slug>/unpublish", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
@guard.opens_by_link
def unpublish(slug: str) -> ResponseReturnValue:
    """Ask, then take an event back from the public."""
    return _step(slug, actions.unpublish, _("It is a draft again."), "unpublish")


def _step(slug: str, act: Callable[..., object], done: str, page: str) -> ResponseReturnValue:
    found = programme_queries.event(slug)
    form = VersionedForm({"version": found.version})
    return submit(
        form, partial(act, found, version=form.seen), done, url_for(".event", slug=slug)
    ) or ask(
        f"events/{page}",
        form,
        event=found,
        lacking=refusals.missing_in_words(readiness.missing(found, now=clock.now())),
        has_people=actions.is_anyone_registered(found),
    )
