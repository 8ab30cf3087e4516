"""The line of each mode: who waits, what is offered to whom, and answers given by phone."""

from datetime import datetime
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import Organizer, OrganizerRole
from forum.care.rules import ASKED
from forum.emails.decision import why_none
from forum.emails.kinds import CONFIRMATION
from forum.i18n import _
from forum.organizer import people_queries, programme_queries
from forum.organizer.asking import ask, press, submit
from forum.organizer.desk import bp, canceled_meanwhile, page_of
from forum.organizer.people import waitlist_queries
from forum.organizer.people.waitlist_forms import Answer, AnswerForm, DeskWaitingForm
from forum.privacy.consents import text_in_force
from forum.privacy.models import ConsentPurpose
from forum.registration import queries
from forum.registration.company_queries import must_agree
from forum.registration.models import Offer, Registration, Status
from forum.registration.my.waiting import offer_actions
from forum.registration.places import waiting
from forum.registration.places.offers import why_nobody
from forum.web.forms import answer


@bp.get("/events/<slug>/waitlist")
@guard.needs(OrganizerRole.COORDINATOR)
def waitlist(slug: str) -> ResponseReturnValue:
    """Show an event's lines, their open offers, and why a free place was offered to nobody."""
    event = programme_queries.event(slug)
    now = clock.now()
    lines = [
        waitlist_queries.line(gate, {each.id: why for each, why in why_nobody(gate, now=now)})
        for gate in event.gates
    ]
    return render_template(
        "organizer/waitlist/show.html",
        event=event,
        lines=[line for line in lines if line.is_needed],
        most=waitlist_queries.MOST_SHOWN,
    )


@bp.route("/events/<slug>/registrations/<public_id>/offer", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def answer_offer(slug: str, public_id: str) -> ResponseReturnValue:
    """Answer an offer for someone who is on the phone."""
    person = people_queries.person(slug, public_id)
    if gone := canceled_meanwhile(person):
        return gone
    offer = queries.open_offer(person)
    if offer is None:
        flash(_("Nothing is offered to this person now."), "info")
        return redirect(page_of(person), 303)
    form = AnswerForm(offer, person)
    return submit(
        form,
        partial(_answer, offer, person, form),
        lambda goes_on: form.told(is_offered=goes_on),
        page_of(person),
    ) or ask(
        "waitlist/answer",
        form,
        event=person.event,
        person=person,
        offer=offer,
        consent=text_in_force(ConsentPurpose.REGISTRATION).words if must_agree(person) else "",
        is_silent=why_none(CONFIRMATION, person, facts={ASKED: True}, now=clock.now()) is not None,
    )


@bp.route("/events/<slug>/registrations/<public_id>/waiting", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def edit_waiting(slug: str, public_id: str) -> ResponseReturnValue:
    """Change how someone waits: short notice, and whether a place is taken without asking."""
    person = people_queries.person(slug, public_id)
    if gone := _waits_no_more(person):
        return gone
    now = clock.now()
    form = DeskWaitingForm(person, now=now)
    return submit(
        form,
        lambda **how: waiting.set_waiting(
            person,
            short_notice=form.hours,
            auto_take_until=form.auto_take_until,
            seen=answer(form.seen),
            **how,
        ),
        _("Saved."),
        page_of(person),
        saved=lambda: DeskWaitingForm(person, now=now, is_sent=False),
    ) or ask("waitlist/waiting", form, event=person.event, person=person)


@bp.post("/events/<slug>/registrations/<public_id>/waiting/again")
@guard.needs(OrganizerRole.COORDINATOR)
def wait_again(slug: str, public_id: str) -> ResponseReturnValue:
    """Write down that someone who left an offer unanswered still waits."""
    person = people_queries.person(slug, public_id)
    if gone := _waits_no_more(person):
        return gone
    done = _("The next place in turn is offered again.")
    return press(partial(waiting.wait_again, person), done, page_of(person), refused="warning")


@bp.route("/events/<slug>/registrations/<public_id>/waiting/leave", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def leave_line(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask, then take someone out of the line; the place she has stays hers."""
    person = people_queries.person(slug, public_id)
    if gone := _waits_no_more(person):
        return gone
    if person.status == Status.WAITLISTED:
        return redirect(url_for(".cancel_person", slug=slug, public_id=public_id), 303)
    if request.method == "POST":
        done = _("They no longer wait. Their place stays theirs.")
        return press(partial(waiting.leave_line, person), done, page_of(person))
    return render_template("organizer/waitlist/leave.html", event=person.event, person=person)


def _waits_no_more(person: Registration) -> ResponseReturnValue | None:
    """Lead to the page of someone who waits for nothing, and say so; None while she waits."""
    gone = canceled_meanwhile(person)
    if gone or person.waits_for is not None:
        return gone
    flash(_("This person is no longer waiting for a place."), "info")
    return redirect(page_of(person), 303)


def _answer(
    offer: Offer, person: Registration, form: AnswerForm, *, by: Organizer, now: datetime
) -> bool:
    """Answer; return whether the place goes to the next one in line at once."""
    if form.chosen == Answer.TAKE:
        offer_actions.accept(offer, person, form.who_takes, now=now, by=by)
    else:
        stay = form.chosen == Answer.WAIT
        waiting.decline(offer, stay=stay, now=now, by=by, who=person)
    return form.chosen != Answer.TAKE and queries.is_offered_at(offer.event_id, offer.mode, now)
