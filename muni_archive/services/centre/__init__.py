"""What the centre does for its stations."""
