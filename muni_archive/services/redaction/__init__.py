"""Redaction: proposed by one person, looked at and approved by another, and only then given out.

Each use case that writes begins with `may_write_here`: who may propose, approve or release is asked there, as soon as
a workplace knows who acts in it.
"""
