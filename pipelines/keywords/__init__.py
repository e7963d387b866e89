"""Keywords and names in texts: phrases by statistics and embeddings, entities by a Hub model."""
