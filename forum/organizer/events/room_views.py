"""Rooms: where each is watched and listened to, and changing that for all its sessions."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.db import transaction
from forum.errors import ChangedMeanwhile
from forum.events import queries
from forum.events.rules import stream_fingerprint
from forum.i18n import _
from forum.notices import queries as notices
from forum.organizer import programme_queries
from forum.organizer.desk import bp
from forum.organizer.events.room_forms import RoomForm
from forum.organizer.fields import differences
from forum.planning import room_actions


@bp.get("/rooms/")
@guard.needs(OrganizerRole.COORDINATOR)
def rooms() -> ResponseReturnValue:
    """List the rooms, each with its stream."""
    return render_template("organizer/rooms/list.html", rooms=programme_queries.rooms())


@bp.route("/rooms/<number:room_id>", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def edit_room(room_id: int) -> ResponseReturnValue:
    """Change a room's stream, and show which events that concerns."""
    room = programme_queries.room(room_id)
    form = RoomForm.of(room, is_sent=request.method == "POST")
    told: list[tuple[str, str, str]] | None = None
    if form.validate_on_submit():
        try:
            with transaction():
                room_actions.change_room(
                    room,
                    stream_url=form.stream_url.data or None,
                    dial_in=form.dial_in.data or None,
                    seen=form.seen.data or "",
                    by=guard.current_organizer(),
                    now=clock.now(),
                )
        except ChangedMeanwhile:
            room = programme_queries.room(room_id)
            told = differences(RoomForm.of(room), form)
            form.seen.data = stream_fingerprint(room)
        else:
            flash(_("Saved. Nobody has been told yet."), "good")
            return redirect(url_for(".edit_room", room_id=room_id), 303)
    now = clock.now()
    concerned = queries.streamed_from(room, now=now)
    page = render_template(
        "organizer/rooms/edit.html",
        room=room,
        form=form,
        told=told,
        concerned=[(event, notices.untold(event, now=now)) for event in concerned],
    )
    return page, 409 if told is not None else 422 if form.errors else 200
