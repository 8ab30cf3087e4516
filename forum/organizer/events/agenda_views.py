"""An event's agenda: its sessions by time, and changing them."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.db import transaction
from forum.errors import ChangedMeanwhile, Refusal
from forum.events import queries
from forum.events.models import Event, Session
from forum.i18n import _
from forum.notices import queries as notices
from forum.organizer import programme_queries
from forum.organizer.desk import bp
from forum.organizer.events.agenda_forms import Offered, SessionForm
from forum.organizer.fields import VersionedForm, differences
from forum.planning import agenda_actions as actions
from forum.planning import refusals

Differences = list[tuple[str, str, str]]


@bp.get("/events/<slug>/agenda")
@guard.needs(OrganizerRole.VIEWER)
def agenda(slug: str) -> ResponseReturnValue:
    """Show an event's sessions by time."""
    event = programme_queries.event(slug)
    sessions = queries.sessions(event)
    return render_template(
        "organizer/agenda/show.html",
        event=event,
        sessions=sessions,
        waiting=programme_queries.waiting(event),
        untold={each.session for each in notices.untold(event, now=clock.now()).changes},
    )


@bp.route("/events/<slug>/agenda/add", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def add_session(slug: str) -> ResponseReturnValue:
    """Add a session."""
    event, offered = programme_queries.event(slug), _offered()
    form = SessionForm.of(event, None, offered, is_sent=request.method == "POST")
    if form.validate_on_submit() and (plan := form.plan(event, None, offered)):
        try:
            with transaction():
                by, now = guard.current_organizer(), clock.now()
                actions.add_session(event, plan, by=by, now=now)
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            flash(_("The session is on the agenda."), "good")
            return redirect(url_for(".agenda", slug=slug), 303)
    return _page(event, None, form, None)


@bp.route("/events/<slug>/agenda/<number:session_id>", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def edit_session(slug: str, session_id: int) -> ResponseReturnValue:
    """Change a session."""
    event, offered = programme_queries.event(slug), _offered()
    session = programme_queries.session_of(event, session_id)
    form = SessionForm.of(event, session, offered, is_sent=request.method == "POST")
    told: Differences | None = None
    if form.validate_on_submit() and (plan := form.plan(event, session, offered)):
        try:
            with transaction():
                by, now = guard.current_organizer(), clock.now()
                actions.change_session(session, plan, version=form.seen, by=by, now=now)
        except ChangedMeanwhile:
            event, offered = programme_queries.event(slug), _offered()
            session = programme_queries.session_of(event, session_id)
            told = differences(SessionForm.of(event, session, offered), form)
            form.version.data = str(session.version)
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            flash(_("Saved. Public pages and calendars show it now."), "good")
            return redirect(url_for(".agenda", slug=slug), 303)
    return _page(event, session, form, told)


@bp.route("/events/<slug>/agenda/<number:session_id>/cancel", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def cancel_session(slug: str, session_id: int) -> ResponseReturnValue:
    """Ask, then take a session off the agenda."""
    event = programme_queries.event(slug)
    session = programme_queries.session_of(event, session_id)
    form = VersionedForm(data={"version": session.version})
    if form.validate_on_submit():
        try:
            with transaction():
                by, now = guard.current_organizer(), clock.now()
                actions.cancel_session(session, version=form.seen, by=by, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The session is canceled. The agenda and calendars say so."), "good")
            return redirect(url_for(".agenda", slug=slug), 303)
    page = render_template("organizer/agenda/cancel.html", event=event, session=session, form=form)
    return page, 409 if form.errors else 200


def _page(
    event: Event, session: Session | None, form: SessionForm, told: Differences | None
) -> ResponseReturnValue:
    page = render_template(
        "organizer/agenda/edit.html", event=event, session=session, form=form, told=told
    )
    return page, 409 if told is not None else 422 if form.errors else 200


def _refuse(form: SessionForm, refusal: Refusal) -> None:
    """Show every clash at its field; any other refusal at its own."""
    if isinstance(refusal, refusals.Clashing):
        for sentence, field in refusal.found:
            form.say(sentence, field)
    else:
        form.refuse(refusal)


def _offered() -> Offered:
    return Offered(
        programme_queries.rooms(), programme_queries.tracks(), programme_queries.speakers()
    )
