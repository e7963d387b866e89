"""Steps 3 and 4 of objects and faces."""
