"""Each one's own pages, opened by a personal link."""
