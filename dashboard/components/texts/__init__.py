"""Step 4 of tasks whose answer is a text, and the page that judges texts made elsewhere."""
