"""Everything that is worth keeping, in one file; and back again."""
