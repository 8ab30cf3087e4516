"""The desk, where organizers work."""
