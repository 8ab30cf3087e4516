"""The desk, what is written: emails, reminders, invitations, the outbox."""
