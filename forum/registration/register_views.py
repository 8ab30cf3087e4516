"""The doors to registering: the form, what came of it, and "send me my link again"."""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.calendars.links import for_event
from forum.db import transaction
from forum.errors import Refusal
from forum.events import queries as events
from forum.events import words
from forum.events.models import Event, Mode, Session
from forum.i18n import _, both_zones
from forum.registration import actions, limits, queries, receipts, rules
from forum.registration.doors import bp
from forum.registration.form_keys import is_too_soon, new_mark, read_mark
from forum.registration.forms import FindForm, RegistrationForm
from forum.registration.limits import limiter
from forum.registration.register_page import coming_mail, optional_part, register_page


@bp.get("/events/<slug>/register")
def register(slug: str) -> ResponseReturnValue:
    """Show the form, or why one cannot register now and what can be done instead."""
    event = events.published(slug)
    sessions = queries.limited_sessions(event)
    form = RegistrationForm(event, sessions)
    form.mark.data = new_mark()
    wanted = request.args.get("mode", "")
    if wanted in set(Mode):
        form.mode.data = wanted
    return _form(event, sessions, form, 200)


@bp.post("/events/<slug>/register", endpoint="send")
@limiter.limit(limits.REGISTERING)
@limiter.limit(limits.REGISTERING_ALL, key_func=limits.everybody)
def send(slug: str) -> ResponseReturnValue:
    """Take a request for a place, and go on to the page that says what came of it."""
    event = events.published(slug)
    sessions = queries.limited_sessions(event)
    form = RegistrationForm(event, sessions)
    if form.website.data:
        return render_template("registration/refused.html"), 422
    now = clock.now()
    mark = read_mark(form.mark.data or "", now=now.timestamp())
    if mark is None:
        form.mark.data = new_mark()
    is_valid = form.validate()
    if is_valid and (mark is None or is_too_soon(mark)):
        form.refuse(_("That was too quick for us to take. Please press Register once more."), None)
        is_valid = False
    if not is_valid or mark is None:
        return _form(event, sessions, form, 422)
    asked = form.request(form_key=mark.key)
    try:
        with transaction():
            outcome = actions.register(event, asked, now=now)
    except Refusal as refusal:
        form.refuse(refusal.sentence, refusal.field)
        return _form(event, sessions, form, 422)
    receipt = receipts.receipt_for(
        outcome,
        slug,
        is_discreet=(
            rules.discreet_unless_clinician(asked.roles)
            if asked.is_discreet is None
            else asked.is_discreet
        ),
        timezone=asked.timezone,
        sessions_waiting=queries.sessions_waiting(outcome.registration) if asked.sessions else 0,
    )
    return redirect(url_for(".registered", slug=slug, receipt=receipts.sign(receipt)), 303)


@bp.get("/events/<slug>/registered/<receipt>")
def registered(slug: str, receipt: str) -> ResponseReturnValue:
    """Say what registering came to, and which email to expect."""
    event = events.published(slug)
    shown = receipts.read(receipt)
    if shown.event != slug:
        return redirect(url_for(".register", slug=slug), 303)
    programme = events.programme()
    return render_template(
        "registration/registered.html",
        receipt=shown,
        title=words.shown(event.quiet_title if shown.is_discreet else event.title),
        when=both_zones(event.starts_at, event.ends_at, event.timezone, shown.timezone),
        how=words.MODES[shown.how],
        has_other_modes=len(event.gates) > 1,
        mail=coming_mail(event, shown, programme),
        links=for_event(event, programme, events.venue()),
        back=url_for("events.show", slug=slug),
    )


@bp.get("/find")
def find() -> ResponseReturnValue:
    """Ask for the address to send links to."""
    return render_template("registration/find.html", form=FindForm())


@bp.post("/find", endpoint="send_link")
@limiter.limit(limits.FINDING)
@limiter.limit(limits.FINDING_ALL, key_func=limits.everybody)
def send_link() -> ResponseReturnValue:
    """Send the links, if there are any; known and unknown addresses get the same answer."""
    form = FindForm()
    if form.website.data:
        return render_template("registration/refused.html"), 422
    if not form.validate():
        return render_template("registration/find.html", form=form), 422
    with transaction():
        actions.send_link(str(form.email.data), now=clock.now())
    return redirect(url_for(".link_sent"), 303)


@bp.get("/find/sent")
def link_sent() -> ResponseReturnValue:
    """Say what happens now, the same to everybody."""
    return render_template("registration/link_sent.html")


def _form(
    event: Event, sessions: list[Session], form: RegistrationForm, status: int
) -> ResponseReturnValue:
    """Show the form, or the page that says why there is none."""
    now = clock.now()
    page = register_page(event, sessions, now=now)
    if not page.modes:
        html = render_template(
            "registration/closed.html",
            page=page,
            notice=words.notice(event, now),
            event_href=url_for("events.show", slug=event.slug),
        )
        return make_response(html, 200 if status == 200 else 409)  # noqa: PLR2004 - OK
    form.offer(page.modes)
    html = render_template(
        "registration/register.html", page=page, form=form, optional=optional_part(form, page)
    )
    return make_response(html, status)
