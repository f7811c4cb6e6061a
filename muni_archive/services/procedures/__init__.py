"""Cases on their way through procedures: what there is, what waits for whom, and who decided what."""
