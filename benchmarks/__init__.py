"""How fast, how large, how exact: `make bench`."""
