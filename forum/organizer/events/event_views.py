"""Events: their list, one at a glance, and changing it."""

from collections.abc import Callable
from typing import NamedTuple

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.db import transaction
from forum.errors import ChangedMeanwhile, Refusal
from forum.events.models import Event, EventStatus
from forum.events.rules import is_online_only
from forum.i18n import _
from forum.notices import queries as notices
from forum.organizer import programme_queries, queries
from forum.organizer.desk import bp
from forum.organizer.events import audience_queries
from forum.organizer.events.event_forms import EventForm
from forum.organizer.fields import VersionedForm, differences
from forum.planning import actions, readiness, refusals

CONFLICT = 409
UNPROCESSABLE = 422


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
    is_under_way = found.status == EventStatus.PUBLISHED and now < found.ends_at
    return render_template(
        "organizer/events/show.html",
        event=found,
        counts=queries.with_counts([found])[0],
        day=queries.on_the_day(found),
        lacking=refusals.missing_in_words(lacking),
        audience=audience_queries.of(found, now=now) if is_off else None,
        pending=notices.untold(found, now=now),
        can_go_online=is_under_way and not is_online_only(found),
        can_be_postponed=is_under_way,
    )


@bp.route("/events/<slug>/edit", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def edit_event(slug: str) -> ResponseReturnValue:
    """Change an event's words and times."""
    found, rooms = programme_queries.event(slug), programme_queries.rooms()
    form = EventForm.of(found, rooms, is_sent=request.method == "POST")
    told: list[tuple[str, str, str]] | None = None
    if form.validate_on_submit() and (plan := form.plan(found, rooms)):
        try:
            with transaction():
                actions.change_event(
                    found,
                    plan,
                    version=form.seen,
                    by=guard.current_organizer(),
                    now=clock.now(),
                )
        except ChangedMeanwhile:
            found = programme_queries.event(slug)
            told = differences(EventForm.of(found, rooms), form)
            form.version.raw_data, form.version.data = None, str(found.version)
        except refusals.Clashing as refusal:
            for sentence, _field in refusal.found:
                form.say(sentence)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("Saved. Public pages and calendars show it now."), "good")
            return redirect(url_for(".event", slug=slug), 303)
    page = render_template("organizer/events/edit.html", event=found, form=form, told=told)
    if told is not None:
        return page, CONFLICT
    return page, UNPROCESSABLE if form.errors else 200


class Step(NamedTuple):
    """Something grave done to an event: asked first, then done."""

    act: Callable[..., object]
    done: str
    template: str


@bp.route("/events/<slug>/publish", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def publish(slug: str) -> ResponseReturnValue:
    """Ask, then show an event to everyone."""
    return _step(slug, Step(actions.publish, _("Published. Everyone can see it."), "publish"))


@bp.route("/events/<slug>/unpublish", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def unpublish(slug: str) -> ResponseReturnValue:
    """Ask, then take an event back from the public."""
    return _step(slug, Step(actions.unpublish, _("It is a draft again."), "unpublish"))


def _step(slug: str, step: Step) -> ResponseReturnValue:
    found = programme_queries.event(slug)
    form = VersionedForm(data={"version": found.version})
    if form.validate_on_submit():
        try:
            with transaction():
                now = clock.now()
                step.act(found, version=form.seen, by=guard.current_organizer(), now=now)
        except Refusal as refusal:
            found = programme_queries.event(slug)
            form.refuse(refusal)
        else:
            flash(step.done, "good")
            return redirect(url_for(".event", slug=slug), 303)
    page = _step_page(found, form, step)
    return page, CONFLICT if form.errors else 200


def _step_page(found: Event, form: VersionedForm, step: Step) -> str:
    lacking = readiness.missing(found, now=clock.now())
    return render_template(
        f"organizer/events/{step.template}.html",
        event=found,
        form=form,
        lacking=refusals.missing_in_words(lacking),
        has_people=actions.is_anyone_registered(found),
    )
