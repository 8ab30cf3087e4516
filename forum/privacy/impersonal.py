"""Every column that says nothing about a person, so that each column is in one table or the other.

Ids are numbers of ours; versions and positions count and sort. The programme is public.
"""

NOT_PERSONAL = {
    "address_block": "id",
    "address_change": "id",
    "appearance": "id position",
    "attempt": "id",
    "kept_form": "id",
    "audit_entry": "id",
    "calendar_reply": "id",
    "consent": "id",
    "delivery_report": "id",
    "event": """
        id key slug kind title quiet_title description in_spanish language timezone
        starts_at ends_at latest_end_at
        kept_from status
        takes_registrations registration_opens_at topics audience details room_id uid sequence
        revision version created_at updated_at calendar_mail told changed_at offsets
        day_phone day_hours promise_moved_to promise_kept_on
    """,
    "hash_key": "id purpose name key_sealed created_at",
    "gate": "id event_id mode capacity taken held seq closes_at offsets",
    "heartbeat": "id worker beat_at trouble trouble_since stumbles_over",
    "invite_link": "id",
    "message": "id lease_owner claims",
    "offer": "id",
    "old_slug": "id slug event_id",
    "organizer": "id",
    "passkey": "id",
    "programme": """
        id key name quiet_name contact_email contact_phone phone_hours text_number programme_year
        timezone loaded mail_stopped_at in_spanish
    """,
    "registration": "id sequence version",
    "notice": "id event_id occasion changes words organizer_id sent_at",
    "reminder": """
        id event_id position lead local_time modes roles session_id is_for_waitlist offers blocks
        words is_on armed_at stated version
    """,
    "room": """
        id key name position floor capacity is_streamed has_loop has_rest dial_in stream_url
        in_spanish
    """,
    "session": """
        id event_id key position starts_at ends_at room_id track_id kind title quiet_title
        description in_spanish language is_streamed is_recorded has_captions has_asl has_spanish
        capacity taken seq audience subtypes details status uid sequence version created_at
        updated_at told changed_at offsets
    """,
    "session_place": "id",
    "sign_in": "id",
    "sign_in_link": "id",
    "speaker": "id key position",
    "suppression": "id",
    "task": "id",
    "tombstone": "id",
    "track": "id key name mark position in_spanish",
    "venue": "id key name address arrival in_spanish",
}
"""Columns by table."""


def impersonal_columns() -> list[str]:
    """Return every column that is not personal, as "table.column"."""
    return [f"{table}.{name}" for table, names in NOT_PERSONAL.items() for name in names.split()]
