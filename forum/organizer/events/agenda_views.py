"""An event's agenda: its sessions by time, and changing them."""

from collections.abc import Callable
from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.errors import Missing
from forum.events import queries
from forum.events.models import EventKind, Session
from forum.events.rules import has_no_stream
from forum.events.whole_queries import is_past
from forum.i18n import _
from forum.notices import queries as notices
from forum.notices.rules import has_told_end
from forum.organizer import programme_queries
from forum.organizer.asking import ask, ask_first, submit
from forum.organizer.desk import bp
from forum.organizer.events.agenda_forms import Offered, SessionForm
from forum.organizer.events.registration_words import moved_said
from forum.planning import agenda_actions as actions
from forum.registration.models import Registration
from forum.registration.places.session_places import would_get
from forum.web.forms import VersionedForm


@bp.get("/events/<slug>/agenda")
@guard.needs(OrganizerRole.VIEWER)
def agenda(slug: str) -> ResponseReturnValue:
    """Show an event's sessions by time."""
    event = programme_queries.event(slug)
    sessions, now = queries.sessions(event), clock.now()
    return render_template(
        "organizer/agenda/show.html",
        event=event,
        sessions=sessions,
        waiting=programme_queries.waiting(event),
        has_no_stream=has_no_stream,
        has_told_end=has_told_end,
        past={each for each in sessions if is_past(each, now=now)},
        untold={each.session for each in notices.untold(event, now=now).changes},
    )


@bp.route("/events/<slug>/agenda/add", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
@guard.opens_by_link
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
@guard.opens_by_link
def edit_session(slug: str, session_id: int) -> ResponseReturnValue:
    """Change a session."""
    event = programme_queries.event(slug)
    session = programme_queries.session_of(event, session_id)
    form, saved = SessionForm(event, session, _offered()), moved_said(event)
    asked = ask_first(
        "agenda/places",
        form,
        lambda: _would_get(session, form),
        event=event,
        session=session,
        knows_names=guard.knows_names(),
        confirm=url_for("accounts.confirm", next=request.full_path.rstrip("?")),
    )
    return (
        asked
        or submit(
            form,
            lambda **how: actions.change_session(session, form.plan, version=form.seen, **how),
            lambda done: [*saved(done), *_warnings(session)],
            url_for(".agenda", slug=slug),
            saved=lambda: SessionForm(event, session, _offered(), is_sent=False),
        )
        or ask("agenda/edit", form, event=event, session=session)
    )


@bp.route("/events/<slug>/agenda/<number:session_id>/cancel", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
@guard.opens_by_link
def cancel_session(slug: str, session_id: int) -> ResponseReturnValue:
    """Ask, then take a session off the agenda."""
    done = _("The session is canceled. The agenda and calendars say so.")
    return _ask(slug, session_id, actions.cancel_session, done, "agenda/cancel")


@bp.route("/events/<slug>/agenda/<number:session_id>/restore", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
@guard.opens_by_link
def restore_session(slug: str, session_id: int) -> ResponseReturnValue:
    """Ask, then put a session back that was canceled, while no notice has told of it."""
    done = _("The session takes place. The agenda and calendars say so.")
    return _ask(slug, session_id, actions.restore_session, done, "agenda/restore")


def _would_get(session: Session, form: SessionForm) -> list[Registration]:
    """Return who gets a place that cannot be taken back, if the session is saved as it was typed.

    Nobody where it is refused anyway, because someone else has saved it meanwhile.
    """
    capacity = form.plan.capacity
    if capacity == session.capacity or form.seen != session.version:
        return []
    return would_get(session, capacity)


def _ask(
    slug: str, session_id: int, act: Callable[..., None], done: str, template: str
) -> ResponseReturnValue:
    """Ask, with who has chosen a session and who was told of its end, then do it to the session."""
    event = programme_queries.event(slug)
    session = programme_queries.session_of(event, session_id)
    form = VersionedForm({"version": session.version})
    return submit(
        form, partial(act, session, version=form.seen), done, url_for(".agenda", slug=slug)
    ) or ask(
        template,
        form,
        event=event,
        session=session,
        waiting=programme_queries.waiting(event)[session.id],
        may_return=not has_told_end(session),
    )


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
