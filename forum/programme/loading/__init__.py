"""Bringing what is stored to what a programme file says."""
