"""What the README's numbers come from; `make bench` runs it, the tests never do."""
