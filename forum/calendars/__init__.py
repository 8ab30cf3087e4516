"""How it reaches a calendar: entries, feeds and the links that add them."""
