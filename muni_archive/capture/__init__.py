"""The registry of scanner drivers and the bridge to worker processes."""
