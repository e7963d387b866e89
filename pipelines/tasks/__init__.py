"""One module or package per application area; each states its TASK."""
