"""What the page of recommendations is made of."""
