"""The window: everything that sees Qt."""
