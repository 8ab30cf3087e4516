"""The doors to one attendee's registration. Opening a page changes nothing; a button does."""

from datetime import datetime
from functools import partial

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import keeping
from forum.calendars.links import for_registration
from forum.care.rules import GOODBYE
from forum.db import transaction
from forum.emails.decision import why_none
from forum.events import queries as events
from forum.events.models import Mode
from forum.i18n import _
from forum.incoming import actions as incoming
from forum.notices.rules import address_told
from forum.registration import actions, queries, refusals
from forum.registration.blueprint import bp, press
from forum.registration.details import known_of
from forum.registration.models import Registration
from forum.registration.my.details import actions as details
from forum.registration.my.details.zone_page import zone_question
from forum.registration.my.join_policy import joinable
from forum.registration.my.page import MyPage
from forum.registration.my.titles_page import remember
from forum.registration.my.today_page import today
from forum.registration.places import offers, session_queries, undoing
from forum.registration.rules import takes_again
from forum.web import limits
from forum.web.limits import limiter

SAY_TITLES = {"day", "join_now", "sessions"}
"""Pages with the button that chooses titles, besides her own; it leads back to them."""


@bp.get("/my/<token>/")
def my(token: str) -> ResponseReturnValue:
    """Show how it stands, and what can be changed."""
    page = MyPage(queries.by_token(token), now=clock.now())
    html = render_template(
        "registration/my/my.html",
        page=page,
        token=token,
        links=for_registration(page.registration, events.programme(), page.venue),
        today=today(page),
        was_at=address_told(page.event, page.registration.registered_at),
        zone=zone_question(page.registration) if page.may_change else None,
    )
    return joinable(html, [each.room for each in page.streams])


@bp.post("/my/<token>/titles", endpoint="titles_shown")
@limiter.limit(limits.CHANGING)
def titles_shown(token: str) -> ResponseReturnValue:
    """Say full titles from now on behind this link, on this device, or neutral ones again."""
    remember(queries.by_token(token), is_full=request.form.get("titles") == "full")
    then = request.form.get("then", "")
    return redirect(url_for(f".{then if then in SAY_TITLES else 'my'}", token=token), 303)


@bp.get("/my/<token>/cancel")
def cancel(token: str) -> ResponseReturnValue:
    """Ask whether to give up the place, and say what it would cost her."""
    return _asked_to_cancel(token, MyPage(queries.by_token(token), now=clock.now()))


@bp.post("/my/<token>/cancel", endpoint="cancelled")
@limiter.limit(limits.CHANGING)
def cancelled(token: str) -> ResponseReturnValue:
    """Give up the place, while there is one: until the event is over."""
    registration = queries.by_token(token)
    page = MyPage(registration, now=clock.now())
    if page.may_change and page.is_over:
        return _asked_to_cancel(token, page), 409
    return press(
        partial(actions.cancel, registration),
        lambda _result: _given_up(registration),
        url_for(".my", token=token),
    )


def _given_up(registration: Registration) -> str:
    if why_none(GOODBYE, registration, now=clock.now()):
        return _("Thank you for letting us know.")
    return _("Thank you for letting us know. An email with the details is on its way.")


def _asked_to_cancel(token: str, page: MyPage) -> str:
    return render_template(
        "registration/my/cancel.html",
        page=page,
        token=token,
        takes_again=takes_again(page.event, page.registration.mode, now=page.now),
        passes_on=offers.would_pass_on(page.registration, now=page.now),
    )


@bp.post("/my/<token>/register", endpoint="register_again")
@limiter.limit(limits.CHANGING)
def register_again(token: str) -> ResponseReturnValue:
    """Lead to the form to register, filled in with what she told us and how she was registered."""
    registration = queries.by_token(token)
    to = url_for(".register", slug=registration.event.slug)
    fields = [
        ("email", registration.email or ""),
        ("mode", registration.mode.value),
        *((name, text) for name, shown in known_of(registration).items() for text in _sent(shown)),
        *(("sessions", f"{number}") for number in _sessions_then(registration)),
        (keeping.FILLED_IN, "yes"),
    ]
    keeping.keep_for(to, fields, None)
    return redirect(to, 303)


def _sent(shown: object) -> list[str]:
    """Return what a field sends that shows this: nothing for a box that is not ticked."""
    if isinstance(shown, list):
        return shown
    return ["y"] if shown is True else [str(shown)] if shown else []


def _sessions_then(registration: Registration) -> list[int]:
    """Return the sessions with limited places that she had, or waited for, and can choose still."""
    if registration.mode != Mode.IN_PERSON:
        return []
    had = {number for number, *_ in undoing.as_canceled(registration).get("sessions", ())}
    offered = session_queries.limited_sessions(registration.event, now=clock.now())
    return [each.id for each in offered if each.id in had]


@bp.post("/my/<token>/newer", endpoint="newer_link")
@limiter.limit(limits.FINDING)
@limiter.limit(limits.FINDING_ALL, key_func=limits.everybody)
def newer_link(token: str) -> ResponseReturnValue:
    """Mail the links to what she is registered for now to her address: the page shows none."""
    registration = queries.by_token(token)
    if registration.email is None:
        return redirect(url_for(".find"), 303)
    with transaction():
        actions.send_link(registration.email, now=clock.now())
    return redirect(url_for(".link_sent"), 303)


@bp.post("/my/<token>/coming", endpoint="coming")
@limiter.limit(limits.CHANGING)
def coming(token: str) -> ResponseReturnValue:
    """Take her word that she comes, although her calendar says no."""
    registration = queries.by_token(token)
    return press(
        partial(_come, registration),
        _("Thank you. Your place stays yours."),
        url_for(".my", token=token),
    )


def _come(registration: Registration, *, now: datetime) -> None:
    """Take her word. Raises TooLateToChange for who has canceled meanwhile: there is no place."""
    details.lock_registration(registration, by=None)
    refusals.check_changeable(registration, now=now)
    incoming.come_anyway(registration, now=now)


@bp.get("/my/<token>/reminders", endpoint="reminders")
def my_reminders(token: str) -> ResponseReturnValue:
    """Ask whether to stop reminders, or to send them again."""
    page = MyPage(queries.by_token(token), now=clock.now())
    return render_template("registration/my/reminders.html", page=page, token=token)


@bp.post("/my/<token>/reminders", endpoint="reminders_set")
@limiter.limit(limits.CHANGING)
def reminders_set(token: str) -> ResponseReturnValue:
    """Stop reminders, or send them again."""
    registration = queries.by_token(token)
    wants = request.form.get("reminders") == "on"
    return press(
        partial(_set_reminders, registration, wants=wants),
        _("You will get reminders again.") if wants else _("You will get no more reminders."),
        url_for(".my", token=token),
    )


def _set_reminders(registration: Registration, *, wants: bool, now: datetime) -> None:
    """Take her word. Raises TooLateToChange where her page has no such choice any more."""
    details.lock_registration(registration, by=None)
    refusals.check_changeable(registration, now=now)
    actions.set_reminders(registration, wants=wants, now=now)
