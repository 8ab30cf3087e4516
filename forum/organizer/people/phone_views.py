"""What an organizer does for someone who is on the phone: register, change, give up."""

import secrets
from datetime import datetime
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import Organizer, OrganizerRole
from forum.care import loss_queries
from forum.care.actions import cancel_held
from forum.events.models import Mode
from forum.events.words import MODES
from forum.i18n import _
from forum.organizer import people_queries, programme_queries
from forum.organizer.asking import ask, press, submit
from forum.organizer.desk import bp, page_of
from forum.organizer.people import phone_words
from forum.organizer.people.people_forms import (
    CompanionForm,
    HerSessionsForm,
    ModeForm,
    PersonForm,
)
from forum.registration import actions, phoned_actions, queries, rules
from forum.registration.models import Registration
from forum.registration.outcomes import Outcome
from forum.web.forms import answer, options


@bp.route("/events/<slug>/registrations/add", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def add_person(slug: str) -> ResponseReturnValue:
    """Register someone, and whoever comes along; beyond a limit if the organizer says so."""
    event = programme_queries.event(slug)
    form = PersonForm(
        {
            "form_key": secrets.token_urlsafe(16),
            "language": event.language,
            "timezone": event.timezone,
        }
    )
    form.offer(event, queries.limited_sessions(event))
    done = submit(
        form,
        lambda **how: phoned_actions.register(
            event,
            form.request(),
            is_another=bool(form.is_another.data),
            overrides=form.overrides(),
            **how,
        ),
        partial(phone_words.registered, form),
        partial(_found, slug),
    )
    if form.known is not None:
        flash(phone_words.already(form.known), "warning")
        return redirect(page_of(form.known), 303)
    return done or ask(
        "people/add", form, event=event, places=phone_words.places(event, now=clock.now())
    )


@bp.route("/events/<slug>/registrations/<public_id>/mode", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def change_mode(slug: str, public_id: str) -> ResponseReturnValue:
    """Let someone attend another way, or wait for it where it is full."""
    person, form = people_queries.person(slug, public_id), ModeForm()
    is_open = rules.may_change(person, now=clock.now())
    others = [gate for gate in person.event.gates if is_open and gate.mode != person.mode]
    form.mode.choices = options((str(gate.mode), MODES[gate.mode]) for gate in others)
    return submit(
        form,
        lambda **how: actions.change_mode(person, Mode(form.mode.data), **how),
        lambda _result: _changed(person, form),
        page_of(person),
    ) or ask(
        "people/mode",
        form,
        event=person.event,
        person=person,
        full={str(gate.mode): _full_in_words() for gate in others if gate.left == 0},
    )


@bp.route("/events/<slug>/registrations/<public_id>/companion", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def add_companion(slug: str, public_id: str) -> ResponseReturnValue:
    """Register someone who comes along with a person who is registered."""
    person, form = people_queries.person(slug, public_id), CompanionForm()
    form.offer_modes(person.event)
    return submit(
        form,
        partial(_add_companion, person, form),
        partial(phone_words.companion_registered, form),
        page_of(person),
    ) or ask("people/companion", form, event=person.event, person=person)


@bp.route("/events/<slug>/registrations/<public_id>/sessions", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def choose_sessions(slug: str, public_id: str) -> ResponseReturnValue:
    """Choose someone's sessions with limited places."""
    person = people_queries.person(slug, public_id)
    form = HerSessionsForm(person)
    return submit(
        form,
        lambda **how: actions.choose_sessions(person, form.chosen, seen=answer(form.seen), **how),
        _("Saved."),
        page_of(person),
        saved=lambda: HerSessionsForm(person, is_sent=False),
    ) or ask("people/sessions", form, event=person.event, person=person)


@bp.route("/events/<slug>/registrations/<public_id>/cancel", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def cancel_person(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask, then give up someone's place for her."""
    person = people_queries.person(slug, public_id)
    if request.method == "POST":
        done = _("Canceled. The place is offered to the next person.")
        return press(partial(cancel_held, person), done, page_of(person))
    return render_template(
        "organizer/people/cancel.html",
        event=person.event,
        person=person,
        lost=loss_queries.lost_by([person])[person.id],
        others=loss_queries.elsewhere(person),
    )


def _found(slug: str, outcome: Outcome) -> str:
    if outcome.registration is None:  # she registered herself at this very moment
        return url_for(".registrations", slug=slug)
    return page_of(outcome.registration)


def _full_in_words() -> str:
    return _("Full. They would wait for a place and keep what they have.")


def _changed(person: Registration, form: ModeForm) -> str:
    if person.mode != form.mode.data:
        number = queries.line_number(person)
        return _(
            "They are number %(number)s on the waitlist for it now, and keep what they have.",
            number=number,
        )
    return _("Changed. An email says so, if there is an address.")


def _add_companion(
    person: Registration, form: CompanionForm, *, by: Organizer, now: datetime
) -> Outcome:
    companion = form.companion()
    assert companion is not None  # noqa: S101 - the form asks for a name
    return actions.add_companion(person, companion, form.rule, now=now, by=by)
