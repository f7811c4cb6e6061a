"""Retention: what is due, holds, and the destruction of a record by two people."""
