"""Who works here: for owners."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from forum.accounts import actions, guard, queries
from forum.accounts.models import OrganizerRole
from forum.i18n import _
from forum.organizer.asking import ask, submit
from forum.organizer.desk import bp
from forum.organizer.organizer_forms import ChangeOrganizerForm, NewOrganizerForm
from forum.web.forms import answer


@bp.get("/organizers/")
@guard.needs(OrganizerRole.OWNER)
def organizers() -> ResponseReturnValue:
    """List who may work here, and who no longer may."""
    return render_template("organizer/organizers/list.html", organizers=queries.organizers())


@bp.route("/organizers/add", methods=["GET", "POST"])
@guard.needs(OrganizerRole.OWNER)
def add_organizer() -> ResponseReturnValue:
    """Let someone work here; she signs in with a link to her address."""
    form = NewOrganizerForm({"role": OrganizerRole.COORDINATOR})
    return submit(
        form,
        lambda **how: actions.add_organizer(
            answer(form.email), answer(form.name), OrganizerRole(form.role.data), **how
        ),
        _("Added. They can ask for a sign-in link now."),
        url_for(".organizers"),
    ) or ask("organizers/add", form)


@bp.route("/organizers/<number:organizer_id>", methods=["GET", "POST"])
@guard.needs(OrganizerRole.OWNER)
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
    ) or ask("organizers/change", form, organizer=organizer)
