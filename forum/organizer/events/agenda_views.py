"""An event's agenda: its sessions by time, and changing them."""

from functools import partial

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.errors import Missing
from forum.events import queries
from forum.events.models import EventKind, Session
from forum.events.rules import has_no_stream
from forum.i18n import _
from forum.notices import queries as notices
from forum.notices.rules import has_told_end
from forum.organizer import programme_queries
from forum.organizer.asking import ask, submit
from forum.organizer.desk import bp
from forum.organizer.events.agenda_forms import Offered, SessionForm
from forum.planning import agenda_actions as actions
from forum.web.asking import Said
from forum.web.forms import VersionedForm


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
        has_no_stream=has_no_stream,
        has_told_end=has_told_end,
        untold={each.session for each in notices.untold(event, now=clock.now()).changes},
    )


@bp.route("/events/<slug>/agenda/add", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def add_session(slug: str) -> ResponseReturnValue:
    """Add a session."""
    event = programme_queries.event(slug)
    if event.kind == EventKind.WEBCAST:
        raise Missing
    form = SessionForm(event, None, _offered())
    return submit(
        form,
        lambda **how: actions.add_session(event, form.plan, **how),
        lambda added: [(_("The session is on the agenda."), "good"), *_warnings(added)],
        url_for(".agenda", slug=slug),
    ) or ask("agenda/edit", form, event=event, session=None)


@bp.route("/events/<slug>/agenda/<number:session_id>", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def edit_session(slug: str, session_id: int) -> ResponseReturnValue:
    """Change a session."""
    event = programme_queries.event(slug)
    session = programme_queries.session_of(event, session_id)
    form = SessionForm(event, session, _offered())
    return submit(
        form,
        lambda **how: actions.change_session(session, form.plan, version=form.seen, **how),
        lambda _done: _saved(session),
        url_for(".agenda", slug=slug),
        saved=lambda: SessionForm(event, session, _offered(), is_sent=False),
    ) or ask("agenda/edit", form, event=event, session=session)


@bp.route("/events/<slug>/agenda/<number:session_id>/cancel", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def cancel_session(slug: str, session_id: int) -> ResponseReturnValue:
    """Ask, then take a session off the agenda."""
    event = programme_queries.event(slug)
    session = programme_queries.session_of(event, session_id)
    form = VersionedForm({"version": session.version})
    return submit(
        form,
        partial(actions.cancel_session, session, version=form.seen),
        _("The session is canceled. The agenda and calendars say so."),
        url_for(".agenda", slug=slug),
    ) or ask(
        "agenda/cancel",
        form,
        event=event,
        session=session,
        waiting=programme_queries.waiting(event)[session.id],
    )


@bp.route("/events/<slug>/agenda/<number:session_id>/restore", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def restore_session(slug: str, session_id: int) -> ResponseReturnValue:
    """Ask, then put a session back that was canceled, while no notice has told of it."""
    event = programme_queries.event(slug)
    session = programme_queries.session_of(event, session_id)
    form = VersionedForm({"version": session.version})
    return submit(
        form,
        partial(actions.restore_session, session, version=form.seen),
        _("The session takes place. The agenda and calendars say so."),
        url_for(".agenda", slug=slug),
    ) or ask(
        "agenda/restore", form, event=event, session=session, may_return=not has_told_end(session)
    )


def _saved(session: Session) -> Said:
    return [(_("Saved. Public pages and calendars show it now."), "good"), *_warnings(session)]


def _warnings(session: Session) -> list[tuple[str, str]]:
    """Return what is said of a session that is marked as online and cannot be watched yet."""
    if not has_no_stream(session):
        return []
    sentence = (
        _("It is marked as online, but it has no room. Give it a room with an online address.")
        if session.room is None
        else _("It is marked as online, but its room has no online address. Enter one under Rooms.")
    )
    return [(sentence, "warning")]


def _offered() -> Offered:
    return Offered(
        programme_queries.rooms(), programme_queries.tracks(), programme_queries.speakers()
    )
