"""Rooms: where each is watched and listened to, and changing that for all its sessions."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.events import queries
from forum.events.models import Event, Room
from forum.i18n import _
from forum.notices import queries as notices
from forum.notices.queries import Pending
from forum.organizer import programme_queries
from forum.organizer.asking import ask, submit
from forum.organizer.desk import bp
from forum.organizer.events.room_forms import RoomForm
from forum.planning import room_actions
from forum.web.forms import answer


@bp.get("/rooms/")
@guard.needs(OrganizerRole.COORDINATOR)
@guard.opens_by_link
def rooms() -> ResponseReturnValue:
    """List the rooms, each with its stream."""
    return render_template("organizer/rooms/list.html", rooms=programme_queries.rooms())


@bp.route("/rooms/<number:room_id>", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
@guard.opens_by_link
def edit_room(room_id: int) -> ResponseReturnValue:
    """Change a room's stream, and show which events that concerns."""
    room = programme_queries.room(room_id)
    form = RoomForm(room)
    return submit(
        form,
        lambda **how: room_actions.change_room(
            room,
            stream_url=answer(form.stream_url) or None,
            dial_in=answer(form.dial_in) or None,
            seen=answer(form.seen),
            **how,
        ),
        _("Saved. Nobody has been told yet."),
        url_for(".edit_room", room_id=room_id),
        saved=lambda: RoomForm(room, is_sent=False),
    ) or ask("rooms/edit", form, room=room, concerned=_concerned(room))


def _concerned(room: Room) -> list[tuple[Event, Pending]]:
    now = clock.now()
    return [
        (event, notices.untold(event, now=now)) for event in queries.streamed_from(room, now=now)
    ]
