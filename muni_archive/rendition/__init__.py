"""Copies that are made from the masters and can be made again: the access PDF."""
