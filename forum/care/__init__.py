"""What may reach a person, when she is ill or has died, and what a human must do instead."""
