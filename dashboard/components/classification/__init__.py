"""Steps 3 and 4 of tasks whose answer is one of a few classes."""
