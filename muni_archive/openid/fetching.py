"""Asking the provider: bounded in time and size, over private lines only, in our words when it fails."""

from __future__ import annotations

import base64
import json
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from muni_archive.domain.account_errors import ProviderUnreachable, ProviderWrong
from muni_archive.domain.lines import is_private

WAIT_S = 8.0
"""Seconds that the provider may be silent."""
LONGEST_S = 20.0
"""Seconds for a whole answer."""
LARGEST = 2**20
"""Bytes of an answer."""


def open_http() -> httpx.Client:
    """What certificates are believed is the system's business: a municipality's own authority is installed there.

    No redirect is followed: each would lead secrets to an address that nobody has checked.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return httpx.Client(verify=context, timeout=WAIT_S, follow_redirects=False)


def get_json(http: httpx.Client, url: str) -> Mapping[str, Any]:
    """Raises `ProviderUnreachable`, `ProviderWrong`."""
    status, said = _ask(http, http.build_request("GET", url, headers={"accept": "application/json"}))
    if status != httpx.codes.OK:
        raise ProviderUnreachable(detail=f"HTTP {status}")
    return said


def post_form(
    http: httpx.Client, url: str, form: Mapping[str, str], auth: tuple[str, str] | None
) -> tuple[int, Mapping[str, Any]]:
    """The status and what it says; `auth` is name and secret. Raises `ProviderUnreachable`, `ProviderWrong`."""
    headers = {"accept": "application/json"}
    if auth:
        headers["authorization"] = f"Basic {base64.b64encode(':'.join(auth).encode()).decode()}"
    return _ask(http, http.build_request("POST", url, data=dict(form), headers=headers))


def checked_address(said: Mapping[str, Any], name: str) -> str:
    """An address from the provider's description that may be used. Raises `ProviderWrong`."""
    url = said.get(name)
    if not isinstance(url, str) or not url.isascii() or not url.startswith(("https://", "http://")):
        raise ProviderWrong(detail=f"its description names no {name}")
    try:
        if is_private(url):
            return url
    except ValueError:
        pass
    raise ProviderWrong(detail=f"its {name} is no https address")


def _ask(http: httpx.Client, request: httpx.Request) -> tuple[int, Mapping[str, Any]]:
    ends = time.monotonic() + LONGEST_S
    with _told():
        response = http.send(request, stream=True)
        try:
            body = b""
            for piece in response.iter_bytes():
                body += piece
                if len(body) > LARGEST:
                    raise ProviderWrong(detail="its answer is too long")
                if time.monotonic() > ends:
                    raise ProviderUnreachable(detail="its answer takes too long")
        finally:
            response.close()
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        if response.status_code != httpx.codes.OK:
            raise ProviderUnreachable(detail=f"HTTP {response.status_code}")
        raise ProviderWrong(detail="its answer is no JSON object")
    return response.status_code, said


@contextmanager
def _told() -> Iterator[None]:
    """Why a line fails is told by the kind of error: its text may hold the address with what was sent."""
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL) as exc:
        distrust = _distrust(exc)
        raise ProviderUnreachable(detail=distrust or type(exc).__name__) from exc


def _distrust(error: BaseException) -> str:
    """Why a certificate was not believed; empty when that is not what went wrong."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return seen.verify_message
        seen = seen.__cause__ or seen.__context__
    return ""
