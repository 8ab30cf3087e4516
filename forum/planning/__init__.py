"""How what happens is changed: planned, published, moved, called off, put online."""
