"""Who comes: registrations, places, the waitlist."""
