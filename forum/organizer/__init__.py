"""The desk, where organizers work: one blueprint, one file of views for each room."""

from forum.organizer import (
    agenda_views,
    dashboard_views,
    event_views,
    export_views,
    history_views,
    me_views,
    organizer_views,
    outbox_views,
    people_views,
    places_views,
    reminder_views,
)
from forum.organizer.desk import bp

__all__ = [
    "agenda_views",
    "bp",
    "dashboard_views",
    "event_views",
    "export_views",
    "history_views",
    "me_views",
    "organizer_views",
    "outbox_views",
    "people_views",
    "places_views",
    "reminder_views",
]
