"""Before the window: who is there; and again when nobody was, for a while."""
