"""The doors to changing what someone told us, and to a new personal link."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock, links
from forum.db import transaction
from forum.errors import ChangedMeanwhile, Missing, Refusal
from forum.events.models import CalendarMail
from forum.i18n import _
from forum.registration import queries
from forum.registration.blueprint import bp
from forum.registration.models import Registration
from forum.registration.my.details import actions, address_queries, page
from forum.registration.my.details.forms import PARTS, part_form

CONFLICT = 409
UNPROCESSABLE = 422


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
    )


@bp.route("/my/<token>/details/<part>", methods=["GET", "POST"])
def details_part(token: str, part: str) -> ResponseReturnValue:
    """Let her change a few answers that belong together."""
    registration = queries.by_token(token)
    if part not in PARTS:
        raise Missing
    form, saved, status = part_form(part, registration), None, 200
    if form.validate_on_submit():
        try:
            with transaction():
                names = actions.change(
                    registration, form.details(), version=form.seen, now=clock.now()
                )
        except ChangedMeanwhile:
            form.see(registration)
            saved, status = page.part(part, registration).answers, CONFLICT
        except Refusal as refusal:
            form.refuse(refusal.sentence, refusal.field)
        else:
            return _kept(token, registration, names, part)
    html = render_template(
        "registration/my/details/details_part.html",
        token=token,
        part=page.part(part, registration),
        form=form,
        saved=saved,
    )
    return html, UNPROCESSABLE if form.errors else status


@bp.route("/my/<token>/link", methods=["GET", "POST"])
def new_link(token: str) -> ResponseReturnValue:
    """Ask whether to make a new link, then open it; the old ones are dead."""
    registration = queries.by_token(token)
    if request.method != "POST":
        return render_template(
            "registration/my/details/new_link.html", token=token, email=registration.email
        )
    try:
        with transaction():
            actions.renew_link(registration, now=clock.now())
    except Refusal as refusal:
        flash(refusal.sentence, "warning")
        return redirect(url_for(".my", token=token), 303)
    sent = _("This is your new page. Only its new link works.")
    flash(f"{sent} {_('We have emailed it to you.')}" if registration.email else sent, "good")
    return redirect(url_for(".my", token=links.my_token(registration)), 303)


@bp.route("/my/<token>/calendar/new", methods=["GET", "POST"])
def new_feed(token: str) -> ResponseReturnValue:
    """Ask whether to make a new calendar address, then make it; the old one is dead."""
    registration = queries.by_token(token)
    if request.method != "POST":
        return render_template("registration/my/details/new_feed.html", token=token)
    try:
        with transaction():
            actions.renew_feed(registration, now=clock.now())
    except Refusal as refusal:
        flash(refusal.sentence, "warning")
    else:
        flash(_("Your calendar has a new address. The old one has stopped working."), "good")
    return redirect(url_for(".my", token=token), 303)


def _keeps_calendar_right(registration: Registration) -> bool:
    """Tell whether an email brings the change to her calendar."""
    invites = registration.event.calendar_mail == CalendarMail.REQUEST
    return invites and registration.email is not None


def _kept(
    token: str, registration: Registration, names: list[str], part: str
) -> ResponseReturnValue:
    """Go back to all details, saying what else a change has brought about."""
    flash(_("Your answers are kept.") if names else _("Nothing was changed."), "good")
    if "is_discreet" in names and part == "about":
        flash(_("Our emails now use neutral words. You can choose the full titles below."), "info")
    elif "is_discreet" in names and _keeps_calendar_right(registration):
        flash(_("An email brings your calendar up to date."), "info")
    return redirect(url_for(".details", token=token), 303)
