"""The scanner drivers; each is found by its entry point, never imported by name."""
