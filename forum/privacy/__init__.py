"""What we keep of a person, why, how long, and how it ends."""
