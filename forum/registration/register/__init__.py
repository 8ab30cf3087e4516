"""Registering: the form, its page and what is said afterwards."""
