"""What an organizer does for someone who is on the phone: register, change, give up."""

import secrets
from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.db import transaction
from forum.errors import Refusal
from forum.events.models import Event, Mode
from forum.events.words import MODES
from forum.i18n import _
from forum.organizer import people_queries, programme_queries
from forum.organizer.desk import bp
from forum.organizer.fields import DeskForm, options
from forum.organizer.people.people_forms import CompanionForm, ModeForm, PersonForm, SessionsForm
from forum.registration import actions, queries, rules
from forum.registration.models import Registration
from forum.registration.outcomes import Outcome

needs_coordinator = guard.needs(OrganizerRole.COORDINATOR)


@bp.route("/events/<slug>/registrations/add", methods=["GET", "POST"])
@needs_coordinator
def add_person(slug: str) -> ResponseReturnValue:
    """Register someone, and whoever comes along; beyond a limit if the organizer says so."""
    event = programme_queries.event(slug)
    stands = {
        "form_key": secrets.token_urlsafe(16),
        "language": event.language,
        "timezone": event.timezone,
    }
    form = PersonForm(data=stands)
    form.offer(event, programme_queries.limited_sessions(event))
    if form.validate_on_submit():
        try:
            with transaction():
                outcome = actions.register(
                    event,
                    form.request(),
                    now=clock.now(),
                    by=guard.current_organizer(),
                    overrides=form.overrides(),
                )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _registered(slug, outcome)
    page = render_template("organizer/people/add.html", event=event, form=form)
    return page, 422 if form.errors else 200


@bp.route("/events/<slug>/registrations/<public_id>/mode", methods=["GET", "POST"])
@needs_coordinator
def change_mode(slug: str, public_id: str) -> ResponseReturnValue:
    """Let someone attend another way, or wait for it where it is full."""
    event, person = _person(slug, public_id)
    form = ModeForm()
    others = [gate for gate in event.gates if gate.mode != person.mode]
    if not rules.may_change(person, now=clock.now()):
        others = []
    form.mode.choices = options((str(gate.mode), MODES[gate.mode]) for gate in others)

    def change() -> str:
        wanted, by = Mode(form.mode.data), guard.current_organizer()
        actions.change_mode(person, wanted, now=clock.now(), by=by)
        if person.mode != wanted:
            return _("They are on the waitlist for it now, and keep what they have.")
        return _("Changed. An email says so, if there is an address.")

    full = {str(gate.mode): _full_in_words() for gate in others if gate.left == 0}
    return _done(form, change, person) or _shown("mode", event, person, form, full=full)


@bp.route("/events/<slug>/registrations/<public_id>/companion", methods=["GET", "POST"])
@needs_coordinator
def add_companion(slug: str, public_id: str) -> ResponseReturnValue:
    """Register someone who comes along with a person who is registered."""
    event, person = _person(slug, public_id)
    form = CompanionForm()
    form.offer_modes(event)

    def add() -> str:
        companion = form.companion()
        assert companion is not None  # noqa: S101 - the form asks for a name
        by = guard.current_organizer()
        actions.add_companion(person, companion, form.rule, now=clock.now(), by=by)
        return _("The companion is registered.")

    return _done(form, add, person) or _shown("companion", event, person, form)


@bp.route("/events/<slug>/registrations/<public_id>/sessions", methods=["GET", "POST"])
@needs_coordinator
def choose_sessions(slug: str, public_id: str) -> ResponseReturnValue:
    """Choose someone's sessions with limited places."""
    event, person = _person(slug, public_id)
    mine = [place.session_id for place in queries.places_in_sessions(person)]
    is_sent = request.method == "POST"
    form = SessionsForm() if is_sent else SessionsForm(None, data={"sessions": mine})
    form.offer_sessions(event, programme_queries.limited_sessions(event))

    def choose() -> str:
        by = guard.current_organizer()
        actions.choose_sessions(person, form.chosen, now=clock.now(), by=by)
        return _("Saved.")

    return _done(form, choose, person) or _shown("sessions", event, person, form)


@bp.route("/events/<slug>/registrations/<public_id>/cancel", methods=["GET", "POST"])
@needs_coordinator
def cancel_person(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask, then give up someone's place for her."""
    event, person = _person(slug, public_id)
    if request.method == "POST":
        try:
            with transaction():
                actions.cancel(person, now=clock.now(), by=guard.current_organizer())
        except Refusal as refusal:
            flash(refusal.sentence, "rose")
        else:
            flash(_("Canceled. The place is offered to the next in line."), "good")
        return redirect(url_for(".person", slug=slug, public_id=public_id), 303)
    return render_template("organizer/people/cancel.html", event=event, person=person)


def _person(slug: str, public_id: str) -> tuple[Event, Registration]:
    event = programme_queries.event(slug)
    return event, people_queries.person(event, public_id)


def _done(
    form: DeskForm, act: Callable[[], str], person: Registration
) -> ResponseReturnValue | None:
    """Do what a valid form asks for and go back to the person; None where it was refused."""
    slug, public_id = person.event.slug, person.public_id
    if not form.validate_on_submit():
        return None
    try:
        with transaction():
            told = act()
    except Refusal as refusal:
        form.refuse(refusal)
        return None
    flash(told, "good")
    return redirect(url_for(".person", slug=slug, public_id=public_id), 303)


def _shown(
    template: str, event: Event, person: Registration, form: DeskForm, **more: object
) -> ResponseReturnValue:
    page = render_template(
        f"organizer/people/{template}.html", event=event, person=person, form=form, **more
    )
    return page, 422 if form.errors else 200


def _full_in_words() -> str:
    return _("Full. They would wait for a place and keep what they have.")


def _registered(slug: str, outcome: Outcome) -> ResponseReturnValue:
    """Show whom we registered. Someone who was known already is found by her name."""
    if outcome.registration is None:
        flash(_("This person was registered before. Look for the name."), "warning")
        return redirect(url_for(".search", slug=slug), 303)
    flash(_("The person is registered."), "good")
    return redirect(url_for(".person", slug=slug, public_id=outcome.registration.public_id), 303)
