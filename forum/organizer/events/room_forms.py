"""What an organizer enters about a room's stream."""

import re
from urllib.parse import urlsplit

from wtforms import StringField
from wtforms.validators import Optional, ValidationError

from forum.events.models import Room
from forum.events.rules import stream_fingerprint
from forum.i18n import _, lazy
from forum.programme.reading.kinds import PHONE_NUMBER
from forum.web.forms import SeenForm, at_most, tidy

LONGEST_ADDRESS = 500


class RoomForm(SeenForm):
    """Where a room's stream is watched, and the number by which one listens to it."""

    stream_url = StringField(
        lazy("Address of the stream"),
        [Optional(), at_most(LONGEST_ADDRESS)],
        filters=[tidy],
        description=lazy("It begins with https://. Attendees never see it: Join leads there."),
        render_kw={"inputmode": "url", "autocomplete": "off"},
    )
    dial_in = StringField(
        lazy("Number to call"),
        [Optional()],
        filters=[tidy],
        description=lazy("With its country code, such as +1-617-555-0142."),
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )

    def __init__(self, room: Room, *, is_sent: bool = True) -> None:
        """Show what was sent, or how the room stands."""
        stands = {
            "seen": stream_fingerprint(room),
            "stream_url": room.stream_url,
            "dial_in": room.dial_in,
        }
        super().__init__(stands, is_sent=is_sent)

    def validate_stream_url(self, field: StringField) -> None:
        """Refuse what is no https address."""
        try:
            parts = urlsplit(field.data or "")
            is_fit = parts.scheme == "https" and bool(parts.hostname)
        except ValueError:
            is_fit = False
        if not is_fit or not re.fullmatch(r"[\x21-\x7e]+", field.data or ""):
            raise ValidationError(_("Enter an address that begins with https://"))

    def validate_dial_in(self, field: StringField) -> None:
        """Refuse what is no number with a country code."""
        if not re.fullmatch(PHONE_NUMBER, field.data or "", re.ASCII):
            raise ValidationError(_("Enter a number with its country code, like +1-617-555-0142"))
