"""What the page of images is made of."""
