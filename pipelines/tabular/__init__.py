"""Tables of any columns: what they hold, how models read them, what leaks and what drifts."""
