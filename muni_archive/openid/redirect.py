"""Where the browser comes back to (RFC 8252, 7.3): a port of this machine that is open while somebody signs in."""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from html import escape
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from muni_archive.domain.account_errors import AccountNotProven, AccountTooLate
from muni_archive.domain.cancellation import CancelToken
from muni_archive.messages import _, current_language

HOST, PATH = "127.0.0.1", "/signed-in"
LOOK_S, QUIET_S = 0.2, 1.0
"""How often it is looked whether to stop, and how long a connection may say nothing: browsers open some in advance."""
_PAGE = """<!doctype html><html lang="{language}" dir="{direction}"><meta charset="utf-8"><title>{title}</title>
<body style="font-family: sans-serif; margin: 4em auto; max-width: 30em; text-align: center">
<h1 style="font-size: 1.4em">{title}</h1><p>{text}</p></body></html>"""


class _Answer(BaseHTTPRequestHandler):
    """One request of the browser. What stands in its address is a secret: nothing is logged."""

    server: Redirect
    timeout = QUIET_S
    server_version, sys_version = "muni-archive", ""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path != PATH or self.headers.get("host") != f"{HOST}:{self.server.port}":
            self.send_error(404)
            return
        said = {name: values[0] for name, values in parse_qs(parts.query).items() if len(values) == 1}
        self.server.answer = said
        self._show(self.server.is_its_own(said) and "code" in said)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as the base calls it
        """Nothing: see above."""

    def _show(self, well: bool) -> None:  # noqa: FBT001  # the only thing to tell
        language = current_language()
        if well:
            title, text = _("Go back to Muni Archive"), _("The browser has done its part. You may close this page.")
        else:
            title, text = _("The sign-in was broken off"), _("You may close this page. Muni Archive says how to go on.")
        page = _PAGE.format(
            language=language, direction="rtl" if language == "ar" else "ltr", title=escape(title), text=escape(text)
        ).encode()
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(page)))
        self.send_header("cache-control", "no-store")
        self.send_header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("referrer-policy", "no-referrer")
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(page)


class Redirect(TCPServer):
    """Open from making it until `close`; on this machine's own address, so that nobody from outside reaches it."""

    allow_reuse_address = False
    timeout = LOOK_S

    def __init__(self, state: str) -> None:
        """`state` is what the answer to this sign-in, and to no other, repeats."""
        super().__init__((HOST, 0), _Answer)
        self._state = state
        self.answer: Mapping[str, str] | None = None

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}{PATH}"

    def is_its_own(self, answer: Mapping[str, str]) -> bool:
        return hmac.compare_digest(answer.get("state", "").encode(), self._state.encode())

    def wait(self, cancel: CancelToken, seconds: float) -> Mapping[str, str]:
        """What the browser brought. Raises `AccountTooLate`, `Cancelled`; `AccountNotProven` for another sign-in's."""
        ends = time.monotonic() + seconds
        while self.answer is None:
            cancel.raise_if_cancelled()
            if time.monotonic() > ends:
                raise AccountTooLate
            self.handle_request()
        if not self.is_its_own(self.answer):
            raise AccountNotProven(detail="state")
        return self.answer

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went away in the middle of a request says nothing to anybody."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server_close()
