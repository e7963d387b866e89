"""Text from language models: weights, decoding, conversations, and how good a model is at it."""
