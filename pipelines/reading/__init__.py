"""Answers read from passages: spans, their confidence, and where they stand."""
