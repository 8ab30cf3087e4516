"""Next year: inviting those who asked for it to a new forum, once, on a human's word."""
