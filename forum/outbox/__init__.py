"""The only way out: every email is a row here before it is sent."""
