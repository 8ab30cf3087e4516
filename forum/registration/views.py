"""The doors of attendees: registering, and each one's own pages."""

from forum.registration import (
    address_views,
    companion_views,
    data_views,
    day_views,
    details_views,
    mode_views,
    my_views,
    offer_views,
    pause_views,
    register_views,
    session_views,
    stop_views,
    waiting_views,
)
from forum.registration.doors import bp

__all__ = [
    "address_views",
    "bp",
    "companion_views",
    "data_views",
    "day_views",
    "details_views",
    "mode_views",
    "my_views",
    "offer_views",
    "pause_views",
    "register_views",
    "session_views",
    "stop_views",
    "waiting_views",
]
