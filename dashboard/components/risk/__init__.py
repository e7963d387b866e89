"""What the page of loan risk is made of."""
