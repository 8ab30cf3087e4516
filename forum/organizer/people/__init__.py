"""The desk, who comes: registrations, care, the waitlist, calls."""
