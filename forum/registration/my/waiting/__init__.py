"""Waiting for a place and answering an offer, as she does it herself."""
