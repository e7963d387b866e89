"""What the page “Chat and generation” is made of."""
