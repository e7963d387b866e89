"""Steps 3 and 4 of question answering."""
