"""Widgets that several screens share, one class a file."""
