"""Step 3 of translations, summaries and keywords."""
