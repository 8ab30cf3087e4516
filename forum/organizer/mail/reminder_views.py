"""An event's reminder rules: what they will do, and changing them, checked before it is saved."""

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.db import transaction
from forum.emails.letter import Letter
from forum.errors import ChangedMeanwhile, Refusal
from forum.events.models import Event
from forum.i18n import _
from forum.organizer import programme_queries
from forum.organizer.desk import bp
from forum.organizer.fields import VersionedForm, differences
from forum.organizer.mail import reminder_words
from forum.organizer.mail.reminder_forms import ReminderForm, digest
from forum.registration.models import Registration
from forum.reminders import queries
from forum.reminders import rule_actions as actions
from forum.reminders.models import Reminder
from forum.reminders.plans import ReminderPlan
from forum.reminders.preview import ReminderPreview, missed_by, preview, sample

CONFLICT = 409
UNPROCESSABLE = 422

needs_coordinator = guard.needs(OrganizerRole.COORDINATOR)


@dataclass(frozen=True)
class Outlook:
    """What rules will do, and an email of each kind as one of its readers would get it."""

    seen: ReminderPreview
    samples: dict[int, tuple[Registration, Letter]]
    """By the place of its email in `seen.ahead`."""


@bp.get("/events/<slug>/reminders")
@needs_coordinator
def reminders(slug: str) -> ResponseReturnValue:
    """Show the rules of an event, and what they will send as things stand."""
    event = programme_queries.event(slug)
    several = queries.of_event(event)
    return render_template(
        "organizer/reminders/list.html",
        event=event,
        several=several,
        outlook=_outlook(event, several, now=clock.now()),
        said=reminder_words,
    )


@bp.route("/events/<slug>/reminders/add", methods=["GET", "POST"])
@needs_coordinator
def add_reminder(slug: str) -> ResponseReturnValue:
    """Enter a rule, see what it would do, then save it."""
    return _edit(programme_queries.event(slug), None)


@bp.route("/events/<slug>/reminders/<number:reminder_id>", methods=["GET", "POST"])
@needs_coordinator
def edit_reminder(slug: str, reminder_id: int) -> ResponseReturnValue:
    """Change a rule, see what it would do, then save it."""
    event = programme_queries.event(slug)
    return _edit(event, queries.of_number(event, reminder_id))


@bp.route("/events/<slug>/reminders/<number:reminder_id>/switch", methods=["GET", "POST"])
@needs_coordinator
def switch_reminder(slug: str, reminder_id: int) -> ResponseReturnValue:
    """Show what a rule would do, then switch it on; or switch it off."""
    event = programme_queries.event(slug)
    rule = queries.of_number(event, reminder_id)
    form, now = VersionedForm(data={"version": rule.version}), clock.now()
    is_on = (request.form.get("is_on") == "yes") if request.method == "POST" else not rule.is_on
    if form.validate_on_submit():
        try:
            with transaction():
                by = guard.current_organizer()
                actions.switch(rule, is_on=is_on, version=form.seen, by=by, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("It is on.") if is_on else _("It is off. Nothing more is sent by it."), "good")
            return redirect(url_for(".reminders", slug=slug), 303)
    rule = queries.of_number(event, reminder_id)
    draft = _draft(event, rule, _plan_of(rule, is_on=True), now=now)
    several = [draft if each.id == rule.id else each for each in queries.of_event(event)]
    page = render_template(
        "organizer/reminders/switch.html",
        event=event,
        rule=rule,
        form=form,
        outlook=_outlook(event, several, of=draft, now=now),
        said=reminder_words,
    )
    return page, CONFLICT if form.errors else 200


@bp.route("/events/<slug>/reminders/<number:reminder_id>/remove", methods=["GET", "POST"])
@needs_coordinator
def remove_reminder(slug: str, reminder_id: int) -> ResponseReturnValue:
    """Ask, then remove a rule that has reminded nobody; say of others why they stay."""
    event = programme_queries.event(slug)
    rule = queries.of_number(event, reminder_id)
    form = VersionedForm(data={"version": rule.version})
    if form.validate_on_submit():
        try:
            with transaction():
                by, now = guard.current_organizer(), clock.now()
                actions.remove(rule, version=form.seen, by=by, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("The reminder is removed."), "good")
            return redirect(url_for(".reminders", slug=slug), 303)
    page = render_template(
        "organizer/reminders/remove.html",
        event=event,
        rule=rule,
        form=form,
        has_reminded=queries.has_reminded(rule),
        said=reminder_words,
    )
    return page, CONFLICT if form.errors else 200


def _edit(event: Event, rule: Reminder | None) -> ResponseReturnValue:
    sessions = programme_queries.limited_sessions(event)
    form = ReminderForm.of(rule, sessions, is_sent=request.method == "POST")
    told: list[tuple[str, str, str]] | None = None
    outlook, now = None, clock.now()
    if form.validate_on_submit() and (plan := form.plan(rule)):
        is_checked = form.checked.data == digest(plan)
        if request.form.get("step") == "save" and is_checked:
            try:
                _save(event, rule, plan, version=form.seen, now=now)
            except ChangedMeanwhile:
                rule = rule and queries.of_number(event, rule.id)
                told = differences(ReminderForm.of(rule, sessions), form)
                form.version.raw_data = None
                form.version.data = str(rule.version) if rule else "1"
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                flash(_("Saved. Nothing that was due before now is sent."), "good")
                return redirect(url_for(".reminders", slug=event.slug), 303)
        if not form.errors:
            outlook = _checked(event, rule, plan, now=now)
            form.checked.raw_data, form.checked.data = None, digest(plan)
    page = render_template(
        "organizer/reminders/edit.html",
        event=event,
        rule=rule,
        form=form,
        told=told,
        outlook=outlook,
        block_hints={str(block): hint for block, (_name, hint) in reminder_words.BLOCKS.items()},
        said=reminder_words,
    )
    if told is not None:
        return page, CONFLICT
    return page, UNPROCESSABLE if form.errors else 200


def _save(
    event: Event, rule: Reminder | None, plan: ReminderPlan, *, version: int, now: datetime
) -> None:
    with transaction():
        by = guard.current_organizer()
        if rule is None:
            actions.add(event, plan, by=by, now=now)
        else:
            actions.change(rule, plan, version=version, by=by, now=now)


def _checked(event: Event, rule: Reminder | None, plan: ReminderPlan, *, now: datetime) -> Outlook:
    """Return what a rule would do beside the others, if it were saved now."""
    draft = _draft(event, rule, plan, now=now)
    others = [each for each in queries.of_event(event) if each is not rule]
    return _outlook(event, [*others, draft], of=draft, now=now)


def _draft(event: Event, rule: Reminder | None, plan: ReminderPlan, *, now: datetime) -> Reminder:
    """Return a rule as it would be; it belongs to no transaction and is stored nowhere."""
    draft = Reminder(id=rule.id if rule else 0, event_id=event.id, position=0, **plan.columns)
    changed = {
        name: value for name, value in plan.columns.items() if getattr(rule, name, None) != value
    }
    stays = rule is not None and not actions.is_armed_by(changed)
    draft.armed_at = rule.armed_at if rule is not None and stays else now
    return draft


def _plan_of(rule: Reminder, *, is_on: bool) -> ReminderPlan:
    names = ReminderPlan.__dataclass_fields__.keys() - {"is_on"}
    return ReminderPlan(**{name: getattr(rule, name) for name in names}, is_on=is_on)


def _outlook(
    event: Event, several: list[Reminder], *, of: Reminder | None = None, now: datetime
) -> Outlook:
    """Look ahead; only at what concerns one rule, if it is given."""
    seen = preview(event, several, now=now)
    if of is not None:
        seen = ReminderPreview(seen.of(of), missed_by(event, of, now=now), seen.crowded)
    samples, shown = {}, set[tuple[int, ...]]()
    for place, each in enumerate(seen.ahead):
        kind = tuple(rule.id for rule in each.rules)
        if kind not in shown and (found := sample(each, several)):
            samples[place] = found
            shown.add(kind)
    return Outlook(seen, samples)
