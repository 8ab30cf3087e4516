"""The people of an event: all of them, and one."""

from enum import StrEnum
from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.care import call_queries
from forum.care import words as care_words
from forum.care.loss_queries import beside, lost_by
from forum.care.rules import GONE
from forum.db import db
from forum.events.models import Mode
from forum.i18n import _
from forum.incoming import queries as incoming
from forum.incoming import words as returns
from forum.organizer import people_queries, programme_queries, queries
from forum.organizer.asking import press
from forum.organizer.desk import bp, opened, page_number, page_of
from forum.organizer.people import call_words, reach_words
from forum.organizer.people_queries import Choice, FreeAnswer, Reach
from forum.organizer.reports.history_page import days
from forum.organizer.search_forms import SearchForm
from forum.outbox.queries import of_registration
from forum.registration import queries as registrations_of
from forum.registration import rules
from forum.registration.models import CareState, Role, Status
from forum.registration.places import session_queries
from forum.registration.places.undoing import way_back
from forum.registration.telling import tell

PER_PAGE = 50

Kind = TypeVar("Kind", bound=StrEnum)


@bp.get("/events/<slug>/registrations")
@guard.needs(OrganizerRole.COORDINATOR)
def registrations(slug: str) -> ResponseReturnValue:
    """List an event's people, narrowed by what is chosen."""
    event = programme_queries.event(slug)
    choice = Choice(
        mode=_chosen(Mode, "mode"),
        status=_chosen(Status, "status"),
        care_state=_chosen(CareState, "care"),
        role=_chosen(Role, "role"),
        reach=_chosen(Reach, "reach"),
        told=_chosen(FreeAnswer, "told"),
    )
    pages = db.paginate(
        people_queries.people(event, choice, now=clock.now()),
        page=page_number(),
        per_page=PER_PAGE,
        error_out=False,
    )
    return render_template(
        "organizer/people/list.html",
        event=event,
        choice=choice,
        everyone=Choice(),
        pages=pages,
        flags=people_queries.flags(pages.items),
        opened=opened(pages.items) if choice.told else frozenset(),
        counts=queries.with_counts([event])[0],
        search=SearchForm(),
        path=lambda number: url_for(".registrations", **{**_asked(), "slug": slug, "page": number}),
    )


@bp.get("/events/<slug>/registrations/<public_id>")
@guard.needs(OrganizerRole.COORDINATOR)
def person(slug: str, public_id: str) -> ResponseReturnValue:
    """Show one person: her answers, her emails, her history."""
    registration = people_queries.person(slug, public_id)
    event = registration.event
    messages = of_registration(registration.id)
    companions, now = beside(registration), clock.now()
    block = incoming.block_of(registration.email)
    may_change = rules.may_change(registration, now=now)
    noted = call_queries.noted([registration])[registration.id]
    readable = opened({registration, *(each.registration for each in noted)})
    closed_notes = [each.registration for each in noted if each.registration_id not in readable]
    return render_template(
        "organizer/people/show.html",
        event=event,
        person=registration,
        line_number=registrations_of.line_number(registration),
        offer=registrations_of.open_offer(registration),
        offers=registrations_of.offers_of(registration),
        places=session_queries.places_in_sessions(registration),
        companions=companions,
        has_died=registration.care_state in GONE,
        gone=[each for each in companions if each.care_state in GONE],
        lost=lost_by([registration])[registration.id],
        messages=messages,
        reports=incoming.reports_on(messages),
        block=block,
        reminded=reach_words.reminders(registration, block, now=now),
        says_no=incoming.calendar_says_no(registration),
        returns=returns,
        history=days(people_queries.history(registration)),
        lists=days(people_queries.lists_with(registration)),
        is_open=registration.id in readable,
        cards=call_queries.cards(now=now, of=registration),
        noted=noted,
        notes=call_queries.notes,
        opened=readable,
        to_open=dict.fromkeys([registration, *closed_notes]),
        care=care_words,
        card_about=call_words.about_in_words,
        dial=" ".join(call_words.number_to_call(registration, now=now)),
        may_change=may_change,
        way_back=way_back(registration, now=now).name,
        chooses=may_change
        and registration.mode == Mode.IN_PERSON
        and bool(session_queries.limited_sessions(event, now=now)),
    )


@bp.post("/events/<slug>/registrations/<public_id>/link")
@guard.needs(OrganizerRole.COORDINATOR)
def send_link(slug: str, public_id: str) -> ResponseReturnValue:
    """Mail someone her personal link again."""
    registration = people_queries.person(slug, public_id)
    back = page_of(registration)
    if incoming.is_stopped(registration.email):
        flash(_("Our emails do not reach this address. Please call."), "warning")
        return redirect(back, 303)
    return press(
        lambda now, **_by: tell("my_link", registration, f"desk:{now:%Y%m%d%H%M}", now=now),
        _("The email with the personal link is in the outbox."),
        back,
    )


def _asked() -> dict[str, str]:
    return {name: text for name, text in request.args.items() if name != "page"}


def _chosen(kind: type[Kind], name: str) -> Kind | None:
    """Return a choice of the address; one that does not exist narrows nothing."""
    text = request.args.get(name, "")
    return kind(text) if text in list(kind) else None
