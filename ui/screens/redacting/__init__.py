"""Redaction in the viewer: proposing, and looking at the copy before it is approved."""
