"""What we say beforehand: reminder rules and the messages they become."""
