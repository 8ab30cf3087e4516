"""The desk, what leaves it on paper: lists, exports, history."""
