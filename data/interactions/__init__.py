"""Files that tell who took what, and files that tell what the items are."""
