"""People of an archive, or of a centre: who is admitted, who signs in, and what they may do."""
