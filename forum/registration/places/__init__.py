"""Who gets a place: gates, admission, waiting, offers, invite links."""
