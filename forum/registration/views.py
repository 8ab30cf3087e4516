"""The doors of attendees: registering, and each one's own pages."""

from forum.registration import my_views, register_views
from forum.registration.doors import bp

__all__ = ["bp", "my_views", "register_views"]
