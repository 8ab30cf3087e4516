"""What we write: every email as a folder of templates, written when it is sent."""
