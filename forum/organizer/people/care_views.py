"""A person's care state at the desk: silence for a while, silence for good, and back."""

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import Organizer, OrganizerRole
from forum.care import actions
from forum.care.queries import consequences
from forum.care.rules import state_at
from forum.db import transaction
from forum.errors import Refusal
from forum.i18n import _, date_in_words
from forum.organizer import people_queries, programme_queries
from forum.organizer.desk import bp
from forum.organizer.people.care_forms import PauseForm
from forum.registration.models import CareState, Registration

PERSON = "/events/<slug>/registrations/<public_id>"

bp.add_app_template_filter(date_in_words)
needs_coordinator = guard.needs(OrganizerRole.COORDINATOR)


@bp.route(f"{PERSON}/pause", methods=["GET", "POST"])
@needs_coordinator
def pause_person(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask how long someone wants silence, then keep it."""
    person = _person(slug, public_id)
    form = PauseForm()
    if form.validate_on_submit():
        try:
            with transaction():
                actions.pause(person, form.day(), now=clock.now(), by=guard.current_organizer())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _back(slug, public_id, _("Emails are paused. The place stays."))
    page = render_template(
        "organizer/care/pause.html", person=person, event=person.event, form=form
    )
    return page, 422 if form.errors else 200


@bp.route(f"{PERSON}/resume", methods=["GET", "POST"])
@needs_coordinator
def resume_person(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask, then write to someone again."""
    person = _person(slug, public_id)
    if request.method == "POST":
        _do(actions.resume, person)
        return _back(slug, public_id, _("Emails go out again. A short note says so."))
    return render_template("organizer/care/resume.html", person=person, event=person.event)


@bp.get(f"{PERSON}/remember")
@needs_coordinator
def remember_person(slug: str, public_id: str) -> ResponseReturnValue:
    """Say what it would mean to remember someone. The first of two steps."""
    person = _person(slug, public_id)
    return render_template(
        "organizer/care/remember.html",
        person=person,
        event=person.event,
        consequences=consequences(person, now=clock.now()),
    )


@bp.route(f"{PERSON}/remember/sure", methods=["GET", "POST"])
@needs_coordinator
def remember_surely(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask once more, then stop everything. The second of two steps."""
    person = _person(slug, public_id)
    if request.method == "POST":
        _do(actions.remember, person)
        return _back(slug, public_id, _("Remembered. Nothing goes out any more."))
    return render_template("organizer/care/remember_surely.html", person=person, event=person.event)


@bp.route(f"{PERSON}/remember/undo", methods=["GET", "POST"])
@needs_coordinator
def undo_remember(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask, then give everything back."""
    person = _person(slug, public_id)
    if request.method == "POST":
        _do(actions.undo_remember, person)
        return _back(slug, public_id, _("Undone. Everything is as it was."))
    return render_template("organizer/care/undo.html", person=person, event=person.event)


@bp.app_template_filter()
def care_now(person: Registration) -> CareState:
    """Return the care state as of now: a pause that has ended is none."""
    return state_at(person, now=clock.now())


def _person(slug: str, public_id: str) -> Registration:
    return people_queries.person(programme_queries.event(slug), public_id)


def _do(action: Callable[..., None], person: Registration) -> None:
    now: datetime = clock.now()
    by: Organizer = guard.current_organizer()
    with transaction():
        action(person, now=now, by=by)


def _back(slug: str, public_id: str, sentence: str) -> ResponseReturnValue:
    flash(sentence, "good")
    return redirect(url_for(".person", slug=slug, public_id=public_id), 303)
