"""The window's side of the line to a centre: the process beside it, what it tells, and how that is said."""
