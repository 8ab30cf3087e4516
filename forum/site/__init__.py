"""The public pages: what happens, for everyone."""
