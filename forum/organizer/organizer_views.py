"""Who works here: for owners."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import actions, guard, queries
from forum.accounts.forms import tidy
from forum.accounts.models import OrganizerRole
from forum.db import transaction
from forum.errors import Refusal
from forum.i18n import _
from forum.organizer.desk import bp
from forum.organizer.organizer_forms import ChangeOrganizerForm, NewOrganizerForm

needs_owner = guard.needs(OrganizerRole.OWNER)


@bp.get("/organizers/")
@needs_owner
def organizers() -> ResponseReturnValue:
    """List who may work here, and who no longer may."""
    return render_template("organizer/organizers/list.html", organizers=queries.organizers())


@bp.route("/organizers/add", methods=["GET", "POST"])
@needs_owner
def add_organizer() -> ResponseReturnValue:
    """Let someone work here; she signs in with a link to her address."""
    form = NewOrganizerForm(data={"role": OrganizerRole.COORDINATOR})
    if form.validate_on_submit():
        try:
            with transaction():
                actions.add_organizer(
                    tidy(form.email.data),
                    tidy(form.name.data),
                    OrganizerRole(form.role.data),
                    now=clock.now(),
                    by=guard.current_organizer(),
                )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("Added. They can ask for a sign-in link now."), "good")
            return redirect(url_for(".organizers"), 303)
    page = render_template("organizer/organizers/add.html", form=form)
    return page, 422 if form.errors else 200


@bp.route("/organizers/<number:organizer_id>", methods=["GET", "POST"])
@needs_owner
def change_organizer(organizer_id: int) -> ResponseReturnValue:
    """Change someone's name or role, or end her access."""
    organizer = queries.organizer(organizer_id)
    stands = {"name": organizer.name, "role": organizer.role, "is_active": organizer.is_active}
    is_sent = request.method == "POST"
    form = ChangeOrganizerForm(data=stands) if is_sent else ChangeOrganizerForm(None, data=stands)
    if form.validate_on_submit():
        try:
            with transaction():
                actions.change_organizer(
                    organizer,
                    name=tidy(form.name.data),
                    role=OrganizerRole(form.role.data),
                    is_active=form.is_active.data,
                    by=guard.current_organizer(),
                    now=clock.now(),
                )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("Saved."), "good")
            return redirect(url_for(".organizers"), 303)
    page = render_template("organizer/organizers/change.html", form=form, organizer=organizer)
    return page, 422 if form.errors else 200
