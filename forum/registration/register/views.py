"""The doors to registering: the form, what came of it, and "send me my link again"."""

from datetime import datetime

from flask import g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from forum import clock
from forum.calendars.links import for_event
from forum.db import transaction
from forum.errors import Refusal
from forum.events import queries as events
from forum.events import words
from forum.events.models import CalendarMail, Event, Session
from forum.events.rules import Standing, is_its_day, standing
from forum.i18n import _, language_spoken, ngettext
from forum.privacy import actions as privacy
from forum.privacy.models import ConsentPurpose
from forum.registration import actions, queries, rules
from forum.registration.blueprint import ask, bp, submit
from forum.registration.outcomes import Outcome
from forum.registration.places import invites, session_queries
from forum.registration.register import addressees, correcting_actions, receipts
from forum.registration.register.addressees import Addressees
from forum.registration.register.form import CorrectionForm, FindForm, RegistrationForm
from forum.registration.register.form_keys import is_too_soon, new_stamp, read_stamp
from forum.registration.register.page import (
    as_it_became,
    coming_mail,
    news,
    next_turn,
    next_turn_afterwards,
    number_to_call,
    on_both_clocks,
    register_page,
)
from forum.registration.register.receipts import Receipt
from forum.registration.requests import NONE, Overrides
from forum.site.site import current_site
from forum.tongues import is_renamed, read_in
from forum.web import limits
from forum.web.forms import CONFLICT, UNPROCESSABLE, answer
from forum.web.kept_pages import kept_pages
from forum.web.limits import limiter


@bp.get("/events/<slug>/register")
def register(slug: str) -> ResponseReturnValue:
    """Show the form, or why one cannot register now and what can be done instead.

    Behind `?invite=`, what an invitation allows. Such a page is made anew each time: when the
    link ends no event's revision rises.
    """
    own = {"token": generate_csrf(), "stamp": new_stamp(is_filled="kept_form" in g)}

    def make() -> tuple[str, datetime | None]:
        event = events.published(slug)
        now = clock.now()
        sessions = session_queries.limited_sessions(event, now=now)
        form = RegistrationForm(event, sessions)
        form.stamp.data = own["stamp"]
        if not form.is_typed:
            form.prefill(mode=request.args.get("mode", ""), timezone=request.args.get("tz", ""))
        html, _is_open = _form(event, sessions, form, _overrides(event, now=now), now=now)
        return html, current_site().until(next_turn(event, sessions, now))

    if not _invite() and "kept_form" not in g:
        return kept_pages().page(own, make)
    try:
        return make()[0]
    except Refusal as refusal:
        return _invite_closed(slug, refusal)


@bp.post("/events/<slug>/register", endpoint="send")
@limiter.limit(limits.REGISTERING)
@limiter.limit(limits.REGISTERING_ALL, key_func=limits.everybody)
def send(slug: str) -> ResponseReturnValue:
    """Take a request for a place, and go on to the page that says what came of it."""
    event = events.published(slug)
    now = clock.now()
    sessions = session_queries.limited_sessions(event, now=now)
    form = RegistrationForm(event, sessions)
    if form.website.data:
        return render_template("registration/refused.html"), 422
    now = clock.now()
    stamp = read_stamp(form.stamp.data or "", now=now.timestamp())
    try:
        overrides = _overrides(event, now=now)
    except Refusal as refusal:
        if stamp is None or queries.by_form(event.id, stamp.key) is None:
            return _invite_closed(slug, refusal)
        overrides = NONE  # sent twice: it has brought her before, and is answered once more
    if stamp is None:
        form.stamp.data = new_stamp()
    is_valid = form.validate()
    if is_valid and (stamp is None or is_too_soon(stamp)):
        form.say(_("Nothing is lost. To send it, please press Register once more."))
        is_valid = False
    if not is_valid or stamp is None:
        return _again(event, sessions, form, overrides, now=now)
    asked = form.request(form_key=stamp.key)
    try:
        with transaction():
            outcome = actions.register(event, asked, now=now, overrides=overrides)
            _keep_consents(outcome, form, now=now)
            if invite := _invite():
                invites.use(invite, event, outcome, now=now)
    except Refusal as refusal:
        form.refuse(refusal)
        return _again(event, sessions, form, overrides, now=now)
    receipt = receipts.receipt_for(
        outcome,
        event,
        is_discreet=(
            rules.discreet_by_roles(asked.roles) if asked.is_discreet is None else asked.is_discreet
        ),
        timezone=asked.timezone,
    )
    signed = receipts.sign(receipt)
    addressees.keep(signed, addressees.of(asked), now=now)
    return redirect(url_for(".registered", slug=slug, receipt=signed), 303)


@bp.get("/events/<slug>/registered/<receipt>")
def registered(slug: str, receipt: str) -> ResponseReturnValue:
    """Say what registering came to, and which email to expect.

    On the device that registered, for an hour, also to whom it goes.
    """
    shown = receipts.read(receipt)
    if shown.event != slug:
        return redirect(url_for(".register", slug=slug), 303)
    if known := addressees.kept(receipt, now=clock.now()):
        return _registered(shown, known, CorrectionForm(known))

    def make() -> tuple[str, datetime | None]:
        event, now = events.published(slug), clock.now()
        until = current_site().until(next_turn_afterwards(event, now))
        return _registered(shown, None, None), until

    return kept_pages().page({}, make)


@bp.post("/events/<slug>/registered/<receipt>", endpoint="correct")
@limiter.limit(limits.REGISTERING)
@limiter.limit(limits.REGISTERING_ALL, key_func=limits.everybody)
def correct(slug: str, receipt: str) -> ResponseReturnValue:
    """Write to the address that was meant. Who only repeated a registration is told the same."""
    shown = receipts.read(receipt)
    here = url_for(".registered", slug=slug, receipt=receipt)
    now = clock.now()
    known = addressees.kept(receipt, now=now)
    if shown.event != slug or known is None:
        return redirect(here, 303)
    form = CorrectionForm(known)
    event = events.published(slug)

    def put_right(_done: None) -> list[tuple[str, str]]:
        return _said_of(known, _corrected(known, form))

    said = submit(
        form,
        lambda now: correcting_actions.correct_address(
            event,
            known.form_key,
            answer(form.email),
            with_companion=form.moves_companion,
            now=now,
        ),
        put_right,
        here,
    )
    if said is None:
        return make_response(_registered(shown, known, form), form.status)
    addressees.keep(receipt, _corrected(known, form), now=now)
    return said


def _corrected(known: Addressees, form: CorrectionForm) -> Addressees:
    return addressees.corrected(known, answer(form.email), with_companion=form.moves_companion)


def _said_of(known: Addressees, corrected: Addressees) -> list[tuple[str, str]]:
    """Say what putting an address right has come to, the same to who only repeated something."""
    moved = sum(one != other for one, other in zip(known.people, corrected.people, strict=True))
    if not moved:
        return [(_("This is the address that we have. Nothing has changed."), "info")]
    mails = ngettext(
        "A new email is on its way there.", "%(num)d new emails are on their way there.", moved
    )
    stays = any(each.email == known.people[0].email for each in corrected.people)
    gone = (
        _("Your own link that we sent to the other address no longer works.")
        if stays
        else _("The links that we sent to the other address no longer work.")
    )
    return [(" ".join((_("The email address is changed."), mails, gone)), "good")]


def _registered(shown: Receipt, known: Addressees | None, form: CorrectionForm | None) -> str:
    """Return the page; `known` are those whom this device has registered.

    A page that was left open is opened again: what is canceled or over by now is said first, and
    nothing of a place or of emails to come.
    """
    event = events.published(shown.event)
    programme = current_site().programme
    read_in(shown.timezone)
    now = clock.now()
    title = words.titled(event, is_full=not shown.is_discreet)
    back = url_for("events.show", slug=event.slug, tz=shown.timezone)
    if standing(event, now) in {Standing.CANCELLED, Standing.OVER}:
        return render_template(
            "registration/register/ended.html",
            event=event,
            notice=words.notice(event, now),
            title=title,
            when=on_both_clocks(event, shown),
            back=back,
        )
    became, shown = news(event, shown), as_it_became(event, shown)
    is_today = is_its_day(event, now)
    return render_template(
        "registration/register/registered.html",
        event=event,
        news=became,
        receipt=shown,
        people=known.people if known else (),
        form=form,
        title=title,
        is_renamed=shown.is_discreet and is_renamed(event),
        when=on_both_clocks(event, shown),
        is_today=is_today,
        dial_in=number_to_call(event, shown, now) if is_today else "",
        how=words.MODES[shown.how],
        has_other_modes=len(event.gates) > 1,
        mail=coming_mail(event, shown, programme),
        links=for_event(event, programme, events.venue())
        if event.calendar_mail == CalendarMail.NONE
        else None,  # her own entry comes by email: the public one would be a second
        back=back,
    )


@bp.get("/find")
def find() -> ResponseReturnValue:
    """Ask for the address to send links to."""
    return render_template("registration/register/find.html", form=FindForm())


@bp.post("/find", endpoint="send_link")
@limiter.limit(limits.FINDING)
@limiter.limit(limits.FINDING_ALL, key_func=limits.everybody)
def send_link() -> ResponseReturnValue:
    """Send the links, if there are any; known and unknown addresses get the same answer."""
    form = FindForm()
    if form.website.data:
        return render_template("registration/refused.html"), 422
    return submit(
        form,
        lambda now: actions.send_link(answer(form.email), now=now),
        [],
        url_for(".link_sent"),
    ) or ask("register/find", form)


@bp.get("/find/sent")
def link_sent() -> ResponseReturnValue:
    """Say what happens now, the same to everybody."""
    return render_template("registration/register/link_sent.html")


def _invite() -> str:
    """Return the invitation in the page's address, if there is one."""
    return request.args.get("invite", "")


def _overrides(event: Event, *, now: datetime) -> Overrides:
    """Return what the invitation sets aside. Raises Missing or a Refusal for one no longer good."""
    invite = _invite()
    return invites.overrides_for(invite, event, now=now) if invite else NONE


def _invite_closed(slug: str, refusal: Refusal) -> ResponseReturnValue:
    """Say why an invitation opens nothing, and lead to what is open to everyone."""
    return render_template(
        "registration/register/invite_closed.html", sentence=refusal.sentence, slug=slug
    ), 410


def _keep_consents(outcome: Outcome, form: RegistrationForm, *, now: datetime) -> None:
    """Keep what the asker agreed to. Nothing is kept of a stranger who repeats her request."""
    if outcome.registration is None:
        return
    purposes = [ConsentPurpose.REGISTRATION]
    if form.next_invitation.data:
        purposes.append(ConsentPurpose.NEXT_INVITATION)
    for purpose in purposes:
        privacy.record(outcome.registration, purpose, now=now, language=language_spoken())


def _again(
    event: Event,
    sessions: list[Session],
    form: RegistrationForm,
    overrides: Overrides,
    *,
    now: datetime,
) -> ResponseReturnValue:
    """Show the form that was sent, with what is wrong."""
    html, is_open = _form(event, sessions, form, overrides, now=now)
    return make_response(html, UNPROCESSABLE if is_open else CONFLICT)


def _form(
    event: Event,
    sessions: list[Session],
    form: RegistrationForm,
    overrides: Overrides,
    *,
    now: datetime,
) -> tuple[str, bool]:
    """Return the form, or the page that says why there is none; and which it is."""
    page = register_page(event, sessions, form, now=now, overrides=overrides)
    if not page.modes:
        href = url_for("events.show", slug=event.slug)
        notice = words.notice(event, now)
        html = render_template(
            "registration/register/closed.html",
            event=event,
            page=page,
            notice=notice,
            event_href=href,
        )
        return html, False
    form.offer(page.modes)
    return render_template(
        "registration/register/register.html", event=event, page=page, form=form
    ), True
