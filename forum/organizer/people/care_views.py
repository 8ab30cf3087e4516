"""A person's care state at the desk: silence for a while, silence for good, and back."""

from functools import partial

from flask import render_template, request
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.care import actions
from forum.care.queries import consequences
from forum.care.rules import TaskAnswer, state_at
from forum.i18n import _, date_in_words
from forum.organizer.asking import Act, ask, press, submit
from forum.organizer.desk import bp, canceled_meanwhile, page_of
from forum.organizer.mail.withheld_page import held_with, withheld
from forum.organizer.people.care_forms import PauseForm
from forum.organizer.people_queries import person as person_of
from forum.registration.actions import set_reminders
from forum.registration.models import CareState, Registration
from forum.registration.places.offers import would_pass_on

PERSON = "/events/<slug>/registrations/<public_id>"

bp.add_app_template_filter(date_in_words)


@bp.route(f"{PERSON}/pause", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def pause_person(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask how long someone wants silence, then keep it."""
    person, form = person_of(slug, public_id), PauseForm()
    if gone := canceled_meanwhile(person):
        return gone
    return submit(
        form,
        lambda **how: actions.pause(person, form.day(), **how),
        _("Emails are paused. The place stays.")
        if person.email
        else _("Calls are paused. The place stays."),
        page_of(person),
    ) or ask("care/pause", form, person=person, event=person.event)


@bp.route(f"{PERSON}/resume", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def resume_person(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask, then write to someone again."""
    person = person_of(slug, public_id)
    done = (
        _("Emails go out again. A short note says so.")
        if person.email
        else _("The pause is over. Please phone.")
    )
    if state_at(person, now=clock.now()) == CareState.ACTIVE:
        done = _("Kept: they know that the pause is over.")
    return _step(person, partial(actions.resume, person), done, "resume")


@bp.route(f"{PERSON}/remind-again", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def remind_again(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask, then send someone the reminders of this event again, on her word."""
    person = person_of(slug, public_id)
    act = partial(set_reminders, person, wants=True)
    return _step(person, act, _("They are reminded again."), "remind_again")


@bp.route(f"{PERSON}/release", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def release_person(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask, then write again to someone who is held."""
    person = person_of(slug, public_id)
    done = _("Emails go out again.") if person.email else _("They are no longer on hold.")
    if request.method == "POST":
        return press(partial(actions.end_hold, person), done, page_of(person))
    return render_template(
        "organizer/care/release.html",
        person=person,
        event=person.event,
        withheld=withheld(held_with(person), TaskAnswer.WRITE, now=clock.now()),
    )


@bp.get(f"{PERSON}/remember")
@guard.needs(OrganizerRole.COORDINATOR)
def remember_person(slug: str, public_id: str) -> ResponseReturnValue:
    """Say what it would mean to remember someone. The first of two steps."""
    person, now = person_of(slug, public_id), clock.now()
    found = consequences(person, now=now)
    return render_template(
        "organizer/care/remember.html",
        person=person,
        event=person.event,
        consequences=found,
        passed_on={each: would_pass_on(each, now=now) for each in found.freed},
    )


@bp.route(f"{PERSON}/remember/sure", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def remember_surely(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask once more, then stop everything. The second of two steps."""
    person = person_of(slug, public_id)
    done = _("Remembered. Nothing goes out any more.")
    return _step(person, partial(actions.remember, person), done, "remember_surely")


@bp.route(f"{PERSON}/remember/undo", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def undo_remember(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask, then give everything back."""
    person = person_of(slug, public_id)
    done = _("Undone. Everything is as it was.")
    return _step(person, partial(actions.undo_remember, person), done, "undo")


@bp.app_template_filter()
def care_now(person: Registration) -> CareState:
    """Return the care state as of now: a pause that has ended is none."""
    return state_at(person, now=clock.now())


def _step(person: Registration, act: Act[object], done: str, page: str) -> ResponseReturnValue:
    if request.method == "POST":
        return press(act, done, page_of(person))
    return render_template(f"organizer/care/{page}.html", person=person, event=person.event)
