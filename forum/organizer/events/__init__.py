"""The desk, what happens: events, agenda, rooms, places, changes."""
