"""Models that put rows into classes, whatever the area: the tasks say which of them they offer."""
