"""A station and its centre: sending what was done here, following what was done elsewhere, and deciding conflicts."""
