"""What attendees must be told of changes: collected, shown, and sent on a human's word."""
