"""What an organizer does for someone who is on the phone: register, change, give up."""

import secrets
from datetime import datetime
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import Organizer, OrganizerRole
from forum.care import loss_queries
from forum.care import queries as care_queries
from forum.care.actions import cancel_held, give_place_back
from forum.care.history_queries import is_paused, left_at
from forum.care.rules import GOODBYE
from forum.emails.decision import why_none
from forum.emails.kinds import CONFIRMATION
from forum.events.models import Mode
from forum.events.words import MODES
from forum.i18n import _
from forum.organizer import people_queries, programme_queries
from forum.organizer.asking import ask, press, submit
from forum.organizer.desk import bp, canceled_meanwhile, page_of
from forum.organizer.people import phone_words, reach_words
from forum.organizer.people.people_forms import (
    CompanionForm,
    HerSessionsForm,
    ModeForm,
    PersonForm,
)
from forum.registration import actions, phoned_actions, queries, rules
from forum.registration.details import DETAILS, known_of
from forum.registration.models import CareState, Registration, Status
from forum.registration.outcomes import Outcome
from forum.registration.places import session_queries, undoing
from forum.registration.places.offers import would_pass_on
from forum.registration.places.undoing import Return
from forum.web.forms import answer, options


@bp.route("/events/<slug>/registrations/add", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def add_person(slug: str) -> ResponseReturnValue:
    """Register someone, and whoever comes along; beyond a limit if the organizer says so.

    `again` in the address names a registration that was canceled: what the desk shows of it without
    opening an answer is filled in.
    """
    event = programme_queries.event(slug)
    form = PersonForm(
        {
            "form_key": secrets.token_urlsafe(16),
            "language": event.language,
            "timezone": event.timezone,
            **_known_before(slug, request.args.get("again", "")),
        }
    )
    form.offer(event, session_queries.limited_sessions(event, now=clock.now()))
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
    if gone := canceled_meanwhile(person):
        return gone
    if form.mode.data == person.mode:
        flash(_("They take part this way already. Nothing was changed."), "info")
        return redirect(page_of(person), 303)
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
    if gone := canceled_meanwhile(person):
        return gone
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
    if gone := canceled_meanwhile(person):
        return gone
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
    person, now = people_queries.person(slug, public_id), clock.now()
    if gone := canceled_meanwhile(person):
        return gone
    if request.method == "POST":
        had_place, mode = person.status == Status.CONFIRMED, person.mode
        return press(
            partial(_cancel, person, mode),
            lambda is_offered: phone_words.canceled(had_place=had_place, is_offered=is_offered),
            page_of(person),
        )
    others = care_queries.elsewhere(person)
    return render_template(
        "organizer/people/cancel.html",
        event=person.event,
        person=person,
        goes_on=phone_words.goes_on(is_wanted=would_pass_on(person, now=now)),
        lost=loss_queries.lost_by([person])[person.id],
        others=others,
        quiet=[each for each in others if is_paused(each, now=now)],
        told=reach_words.told(person, GOODBYE, _("An email says so."), now=now),
    )


@bp.route("/events/<slug>/registrations/<public_id>/give-back", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def give_back_place(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask, then give someone the place back that was canceled by slip."""
    person, now = people_queries.person(slug, public_id), clock.now()
    if request.method == "POST":
        done = _("The place is booked again.")
        return press(partial(give_place_back, person), done, page_of(person))
    if undoing.way_back(person, now=now) != Return.FREE:
        flash(_("This place can no longer be given back. Look again."), "warning")
        return redirect(page_of(person), 303)
    said = _("An email says that the place is booked.")
    is_held = CareState.HELD in (person.care_state, left_at(person, person.cancelled_at))
    return render_template(
        "organizer/people/give_back.html",
        event=person.event,
        person=person,
        told=reach_words.told(person, CONFIRMATION, said, is_held=is_held, now=now),
    )


def _known_before(slug: str, public_id: str) -> dict[str, Any]:
    """Return what is filled in of someone whose place was canceled; nothing where nobody is."""
    canceled = people_queries.whose([public_id]) if public_id else []
    if [(each.event.slug, each.status) for each in canceled] != [(slug, Status.CANCELLED)]:
        return {}
    [person] = canceled
    shown = known_of(person, [each for each in DETAILS if not each.is_sealed])
    return {**shown, "email": person.email, "mode": str(person.mode)}


def _cancel(person: Registration, mode: Mode, *, by: Organizer, now: datetime) -> bool:
    """Cancel for someone; return whether the place goes to the next one in line at once."""
    cancel_held(person, now=now, by=by)
    return queries.is_offered_at(person.event_id, mode, now)


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
    is_silent = why_none("mode_changed", person, now=clock.now())
    return _("Changed.") if is_silent else _("Changed. An email says so.")


def _add_companion(
    person: Registration, form: CompanionForm, *, by: Organizer, now: datetime
) -> Outcome:
    companion = form.companion()
    assert companion is not None  # noqa: S101 - the form asks for a name
    return actions.add_companion(person, companion, form.rule, now=now, by=by)
