"""The project's own reader of text lines: alphabet, order of writing, strips of ink, the network's runtime."""
