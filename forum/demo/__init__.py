"""The demo: a year of an invented programme, and fourteen invented people."""
