"""An event's reminder rules: what they will do, and changing them, checked before it is saved."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import Organizer, OrganizerRole
from forum.emails.letter import Letter
from forum.events.models import Event
from forum.i18n import _
from forum.organizer import programme_queries
from forum.organizer.asking import ask, look, submit
from forum.organizer.desk import bp
from forum.organizer.mail import reminder_words
from forum.organizer.mail.reminder_forms import ReminderForm, digest
from forum.registration.models import Registration
from forum.registration.places.session_queries import limited_sessions
from forum.reminders import queries
from forum.reminders import rule_actions as actions
from forum.reminders.models import Reminder
from forum.reminders.plans import ReminderPlan
from forum.reminders.preview import ReminderPreview, missed_by, preview, sample
from forum.web.asking import Said
from forum.web.forms import VersionedForm


@dataclass(frozen=True)
class Outlook:
    """What rules will do, and an email of each kind as one of its readers would get it."""

    seen: ReminderPreview
    samples: dict[int, tuple[Registration, Letter]]
    """By the place of its email in `seen.ahead`."""


@bp.get("/events/<slug>/reminders")
@guard.needs(OrganizerRole.COORDINATOR)
def reminders(slug: str) -> ResponseReturnValue:
    """Show the rules of an event, and what they will send as things stand."""
    event = programme_queries.event(slug)
    several = queries.of_event(event)
    return render_template(
        "organizer/reminders/list.html",
        event=event,
        several=several,
        kept={each.id for each in several if queries.is_kept(each)},
        outlook=_outlook(event, several, now=clock.now()),
        said=reminder_words,
    )


@bp.route("/events/<slug>/reminders/add", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def add_reminder(slug: str) -> ResponseReturnValue:
    """Enter a rule, see what it would do, then save it."""
    return _edit(programme_queries.event(slug), None)


@bp.route("/events/<slug>/reminders/<number:reminder_id>", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def edit_reminder(slug: str, reminder_id: int) -> ResponseReturnValue:
    """Change a rule, see what it would do, then save it."""
    event = programme_queries.event(slug)
    return _edit(event, queries.of_number(event, reminder_id))


@bp.route("/events/<slug>/reminders/<number:reminder_id>/switch", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def switch_reminder(slug: str, reminder_id: int) -> ResponseReturnValue:
    """Show what a rule would do, then switch it on; or switch it off."""
    event = programme_queries.event(slug)
    rule = queries.of_number(event, reminder_id)
    form, now = VersionedForm({"version": rule.version}), clock.now()
    is_on = request.form.get("is_on") == "yes" if form.is_submitted() else not rule.is_on
    done = _("It is on.") if is_on else _("It is off. Nothing more is sent by it.")
    switch = partial(actions.switch, rule, is_on=is_on, version=form.seen)
    switched = submit(form, switch, done, url_for(".reminders", slug=slug))
    if switched is not None:
        return switched
    draft = _draft(event, rule, _plan_of(rule, is_on=True), now=now)
    several = [draft if each.id == rule.id else each for each in queries.of_event(event)]
    return ask(
        "reminders/switch",
        form,
        event=event,
        rule=rule,
        outlook=_outlook(event, several, of=draft, now=now),
        said=reminder_words,
    )


@bp.route("/events/<slug>/reminders/<number:reminder_id>/remove", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def remove_reminder(slug: str, reminder_id: int) -> ResponseReturnValue:
    """Ask, then remove a rule that has reminded nobody; say of others why they stay."""
    event = programme_queries.event(slug)
    rule = queries.of_number(event, reminder_id)
    form = VersionedForm({"version": rule.version})
    return submit(
        form,
        partial(actions.remove, rule, version=form.seen),
        _("The reminder is removed."),
        url_for(".reminders", slug=slug),
    ) or ask(
        "reminders/remove",
        form,
        event=event,
        rule=rule,
        has_reminded=queries.has_reminded(rule),
        said=reminder_words,
    )


def _edit(event: Event, rule: Reminder | None) -> ResponseReturnValue:
    sessions, now = limited_sessions(event, now=event.starts_at), clock.now()
    form, outlook = ReminderForm(rule, sessions), None
    is_checked, is_save = False, request.form.get("step") == "save"
    if not is_save and (onward := look()):
        return onward
    if form.is_asked() and form.validate():
        is_checked = form.checked.data == digest(form.plan)
        if is_save and is_checked:
            saved = submit(
                form,
                partial(_save, event, rule, form),
                _saved,
                url_for(".reminders", slug=event.slug),
                saved=lambda: ReminderForm(rule, sessions, is_sent=False),
            )
            if saved is not None:
                return saved
        if not form.errors:
            outlook = _checked(event, rule, form.plan, now=now)
            form.checked.data = digest(form.plan)
    return ask(
        "reminders/edit",
        form,
        event=event,
        rule=rule,
        outlook=outlook,
        is_other=is_save and not is_checked,
        block_hints={str(block): hint for block, (_name, hint) in reminder_words.BLOCKS.items()},
        said=reminder_words,
    )


def _save(
    event: Event, rule: Reminder | None, form: ReminderForm, *, by: Organizer, now: datetime
) -> bool:
    """Keep what the form says; tell whether it is something new."""
    if rule is not None:
        return actions.change(rule, form.plan, version=form.seen, by=by, now=now)
    actions.add(event, form.plan, by=by, now=now)
    return True


def _saved(is_new: bool) -> Said:  # noqa: FBT001 - what saving returns
    if is_new:
        return _("Saved. Nothing that was due before now is sent.")
    return [(_("Nothing was different. The reminder stays as it was."), "info")]


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
