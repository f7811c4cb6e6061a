"""Whose certificates are believed: the system's authorities, or one that the municipality names."""

from __future__ import annotations

import ssl
from pathlib import Path

import httpx

from muni_archive.domain.centre_errors import AuthorityMissing


def trust(authority: Path | None) -> ssl.SSLContext | bool:
    """Raises `AuthorityMissing`, also for a file that names none."""
    if authority is None:
        return True
    try:
        context = ssl.create_default_context(cafile=str(authority))
    except (OSError, ssl.SSLError) as exc:
        raise AuthorityMissing(path=authority, detail=exc) from exc
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def trust_also(authority: Path | None) -> ssl.SSLContext | bool:
    """For the object store, whose certificate may come from the same authority, or from one that all know."""
    if authority is None:
        return True
    context = httpx.create_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_verify_locations(cafile=authority)
    except (OSError, ssl.SSLError) as exc:
        raise AuthorityMissing(path=authority, detail=exc) from exc
    return context


def read_authority(authority: Path) -> bytes:
    """Raises `AuthorityMissing`."""
    try:
        return authority.read_bytes()
    except OSError as exc:
        raise AuthorityMissing(path=authority, detail=exc) from exc


def distrust(error: BaseException) -> str:
    """Why a certificate was not believed; empty when that is not what went wrong."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return seen.verify_message
        seen = seen.__cause__ or seen.__context__
    return ""
