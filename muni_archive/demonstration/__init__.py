"""Servers of one's own for a moment, on the loopback: for the demonstration, for tests and for benchmarks."""
