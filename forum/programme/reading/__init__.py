"""A programme file as values, and whatever is wrong with it."""
