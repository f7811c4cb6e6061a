"""Figures of the work: what was done, what waits, how long it takes, how well it reads."""
