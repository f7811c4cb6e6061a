"""What can be said of a line before anything is sent over it."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_private(url: str) -> bool:
    """Whether nobody on the way reads along: TLS, or this very machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in {"127.0.0.1", "::1", "localhost"}
