"""Who works here: for owners."""

from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import actions, guard, queries
from forum.accounts.models import OrganizerRole
from forum.i18n import _
from forum.organizer.asking import ask, press, submit
from forum.organizer.desk import bp
from forum.organizer.organizer_forms import ChangeOrganizerForm, NewOrganizerForm
from forum.web.forms import answer


@bp.get("/organizers/")
@guard.needs(OrganizerRole.OWNER)
@guard.opens_by_link
def organizers() -> ResponseReturnValue:
    """List who may work here, and who no longer may."""
    return render_template("organizer/organizers/list.html", organizers=queries.organizers())


@bp.route("/organizers/add", methods=["GET", "POST"])
@guard.needs(OrganizerRole.OWNER)
@guard.needs_passkey
def add_organizer() -> ResponseReturnValue:
    """Let someone work here; an email tells her so, and how to sign in."""
    form = NewOrganizerForm({"role": OrganizerRole.COORDINATOR})
    return submit(
        form,
        lambda **how: actions.add_organizer(
            answer(form.email), answer(form.name), OrganizerRole(form.role.data), **how
        ),
        _("Added. They get an email that says how to sign in."),
        url_for(".organizers"),
    ) or ask("organizers/add", form)


@bp.route("/organizers/<number:organizer_id>", methods=["GET", "POST"])
@guard.needs(OrganizerRole.OWNER)
@guard.needs_passkey
def change_organizer(organizer_id: int) -> ResponseReturnValue:
    """Change someone's name or role, or end her access."""
    organizer = queries.organizer(organizer_id)
    form = ChangeOrganizerForm(organizer)
    return submit(
        form,
        lambda **how: actions.change_organizer(
            organizer,
            name=answer(form.name),
            role=OrganizerRole(form.role.data),
            is_active=form.is_active.data,
            seen=answer(form.seen),
            **how,
        ),
        _("Saved."),
        url_for(".organizers"),
        saved=lambda: ChangeOrganizerForm(organizer, is_sent=False),
    ) or ask(
        "organizers/change",
        form,
        organizer=organizer,
        passkeys=queries.passkeys(organizer),
        is_me=organizer.id == guard.current_organizer().id,
        now=clock.now(),
    )


@bp.route(
    "/organizers/<number:organizer_id>/passkeys/<number:passkey_id>/remove",
    methods=["GET", "POST"],
)
@guard.needs(OrganizerRole.OWNER)
@guard.needs_passkey
def remove_passkey_of(organizer_id: int, passkey_id: int) -> ResponseReturnValue:
    """Ask, then forget someone's passkey, such as that of a phone that is lost."""
    organizer = queries.organizer(organizer_id)
    passkey = queries.passkey(organizer, passkey_id)
    if request.method == "POST":
        return press(
            partial(actions.remove_passkey, passkey),
            _("The passkey is removed. Its owner gets an email."),
            url_for(".change_organizer", organizer_id=organizer_id),
        )
    return render_template(
        "organizer/organizers/remove_passkey.html", organizer=organizer, passkey=passkey
    )


@bp.post("/organizers/<number:organizer_id>/passkeys/allow")
@guard.needs(OrganizerRole.OWNER)
@guard.needs_passkey
def allow_passkey(organizer_id: int) -> ResponseReturnValue:
    """Let someone add a passkey who has none any more."""
    return press(
        partial(actions.allow_passkey, queries.organizer(organizer_id)),
        _("They can add a passkey now, for a day."),
        url_for(".change_organizer", organizer_id=organizer_id),
    )
