"""The doors to changing what someone told us, and to a new personal link."""

from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock, links
from forum.emails.decision import why_none
from forum.errors import Missing
from forum.events.models import CalendarMail
from forum.i18n import _
from forum.registration import queries
from forum.registration.blueprint import ask, bp, closed, press, submit
from forum.registration.models import Registration, Status
from forum.registration.my.details import actions, address_queries, page
from forum.registration.my.details.forms import PARTS, part_form
from forum.registration.my.page import MyPage
from forum.web.asking import Said


@bp.get("/my/<token>/details")
def details(token: str) -> ResponseReturnValue:
    """Show what she told us, each part with a way to change it."""
    registration = queries.by_token(token)
    return render_template(
        "registration/my/details/details.html",
        token=token,
        email=registration.email,
        asked=address_queries.open_changes(registration, now=clock.now()),
        parts=page.parts(registration),
        page=MyPage(registration, now=clock.now()),
    )


@bp.route("/my/<token>/details/<part>", methods=["GET", "POST"])
def details_part(token: str, part: str) -> ResponseReturnValue:
    """Let her change a few answers that belong together."""
    registration = queries.by_token(token)
    if part not in PARTS:
        raise Missing
    if registration.status == Status.CANCELLED:
        return closed(token)
    form = part_form(part, registration)
    return submit(
        form,
        lambda **when: actions.change(registration, form.details(), version=form.seen, **when),
        lambda names: _kept(registration, names, part),
        url_for(".details", token=token),
        saved=lambda: part_form(part, registration, is_sent=False),
    ) or ask("my/details/details_part", form, token=token, part=page.part(part, registration))


@bp.route("/my/<token>/link", methods=["GET", "POST"])
def new_link(token: str) -> ResponseReturnValue:
    """Ask whether to make a new link, then open it; the old ones are dead."""
    registration = queries.by_token(token)
    if request.method != "POST":
        return render_template(
            "registration/my/details/new_link.html", token=token, email=registration.email
        )
    return press(
        partial(actions.renew_link, registration),
        lambda _result: _sent(registration),
        lambda _result: url_for(".my", token=links.my_token(registration)),
        back=url_for(".my", token=token),
    )


@bp.route("/my/<token>/calendar/new", methods=["GET", "POST"])
def new_feed(token: str) -> ResponseReturnValue:
    """Ask whether to make a new calendar address, then make it; the old one is dead."""
    registration = queries.by_token(token)
    if request.method != "POST":
        return render_template("registration/my/details/new_feed.html", token=token)
    return press(
        partial(actions.renew_feed, registration),
        _("Your calendar has a new address. The old one has stopped working."),
        url_for(".my", token=token),
    )


def _sent(registration: Registration) -> str:
    made = _("This is your new page. Only its new link works.")
    sent = _("We have emailed it to you.")
    is_silent = why_none("my_link", registration, now=clock.now())
    return made if is_silent else f"{made} {sent}"


def _keeps_calendar_right(registration: Registration) -> bool:
    """Tell whether an email brings the change to her calendar."""
    invites = registration.event.calendar_mail == CalendarMail.REQUEST
    return invites and registration.email is not None


def _kept(registration: Registration, names: list[str], part: str) -> Said:
    """Say what is kept, and what else a change has brought about."""
    kept = (_("Your answers are saved.") if names else _("Nothing was changed."), "good")
    if "is_discreet" in names and part == "about":
        more = _("Our emails now use neutral words. You can choose the full titles below.")
    elif "is_discreet" in names and _keeps_calendar_right(registration):
        more = _("An email brings your calendar up to date.")
    else:
        return [kept]
    return [kept, (more, "info")]
