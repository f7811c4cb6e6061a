"""A small OpenID Connect provider on this machine: code and PKCE enforced, real signatures, keys that change.

It is written against the specifications and shares no code with what it tests. Each part can be made to misbehave.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

CLIENT = "muni-archive"
_LOOPBACK = re.compile(r"http://127\.0\.0\.1:[0-9]+/signed-in")
Claims = dict[str, Any]


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class RsaKey:
    algorithm = "RS256"

    def __init__(self, bits: int = 2048, name: str = "") -> None:
        self.name = name or secrets.token_hex(4)
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=bits)

    def public(self) -> dict[str, str]:
        numbers = self._key.public_key().public_numbers()
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.name}
        return {**key, "n": _number(numbers.n), "e": _number(numbers.e)}

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())


class EcKey:
    algorithm = "ES256"

    def __init__(self) -> None:
        self.name = secrets.token_hex(4)
        self._key = ec.generate_private_key(ec.SECP256R1())

    def public(self) -> dict[str, str]:
        numbers = self._key.public_key().public_numbers()
        x, y = (b64(value.to_bytes(32, "big")) for value in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "use": "sig", "kid": self.name, "x": x, "y": y}

    def sign(self, data: bytes) -> bytes:
        return b"".join(part.to_bytes(32, "big") for part in decode_dss_signature(self._key.sign(data, _ES256)))


_ES256 = ec.ECDSA(hashes.SHA256())


def token_of(header: dict[str, Any], claims: Claims, sign: Callable[[bytes], bytes]) -> str:
    data = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}".encode()
    return f"{data.decode()}.{b64(sign(data))}"


@dataclass
class FakeProvider:
    """Whoever comes is signed in as `person`; the rest are ways to misbehave."""

    issuer: str
    key: Any
    person: Claims = field(default_factory=lambda: {"sub": "0001", "preferred_username": "مريم"})
    secret: str = ""
    declines: str = ""
    description: Claims = field(default_factory=dict)
    """Laid over what discovery says."""
    twist: Callable[[Claims], Claims] = staticmethod(lambda claims: claims)
    make_token: Callable[[Claims], str] | None = None
    answer: Callable[[dict[str, str]], dict[str, str]] = staticmethod(lambda answer: answer)
    """What the browser brings back."""
    before_token: Callable[[], None] = staticmethod(lambda: None)
    shown_keys: list[dict[str, str]] | None = None
    asked: list[str] = field(default_factory=list)
    """Paths, in their order."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    last_request: dict[str, str] = field(default_factory=dict)
    last_form: dict[str, str] = field(default_factory=dict)
    last_token: str = ""

    def rotate(self, key: Any) -> None:
        self.key = key

    def discovery(self) -> Claims:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"], "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "token_endpoint_auth_methods_supported": ["client_secret_basic"] if self.secret else ["none"],
            **self.description,
        }  # fmt: skip

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent."""
        self.last_request = asked
        assert asked["client_id"] == CLIENT
        assert _LOOPBACK.fullmatch(asked["redirect_uri"])
        said = {"state": asked["state"], "iss": self.issuer}
        if self.declines:
            said["error"] = self.declines
        elif asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
            said["error"] = "invalid_request"
        else:
            assert asked["response_type"] == "code"
            assert "openid" in asked["scope"].split()
            said["code"] = secrets.token_urlsafe(16)
            self.codes[said["code"]] = {**asked, "auth_time": str(int(time.time()))}
        return f"{asked['redirect_uri']}?{urlencode(self.answer(said))}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, Claims]:
        """A code counts once, for who asked for it and knows the verifier."""
        self.before_token()
        self.last_form = form
        if self.secret:
            pair = base64.b64decode(authorization.removeprefix("Basic ")).decode().split(":")
            if [unquote(part) for part in pair] != [CLIENT, self.secret] and form.get("client_secret") != self.secret:
                return 401, {"error": "invalid_client"}
        begun = self.codes.pop(form.get("code", ""), None)
        challenge = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        same = begun and (begun["redirect_uri"], begun["client_id"], begun["code_challenge"]) == (
            form.get("redirect_uri"), form.get("client_id"), challenge,
        )  # fmt: skip
        if not begun or not same or form.get("grant_type") != "authorization_code":
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(16)
        half = hashlib.sha256(access.encode()).digest()[:16]
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": begun["nonce"],
            "auth_time": int(begun["auth_time"]), "at_hash": b64(half), **self.person,
        }  # fmt: skip
        self.last_token = self.signed(self.twist(claims))
        return 200, {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": self.last_token}

    def signed(self, claims: Claims) -> str:
        if self.make_token:
            return self.make_token(claims)
        return token_of({"alg": self.key.algorithm, "kid": self.key.name}, claims, self.key.sign)


class Browser:
    """Follows the provider's redirects on a thread of its own, as a person's browser does; `browser(address)` opens."""

    def __init__(self, *, opens: bool = True, change: Callable[[str], str] = lambda address: address) -> None:
        self.opens, self._change = opens, change
        self.addresses: list[str] = []
        self.pages: list[str] = []
        self._threads: list[threading.Thread] = []

    def __call__(self, address: str) -> bool:
        self.addresses.append(address)
        if self.opens:
            thread = threading.Thread(target=self._go, args=(self._change(address),), daemon=True)
            self._threads.append(thread)
            thread.start()
        return self.opens

    def _go(self, address: str) -> None:
        with httpx.Client(follow_redirects=True, timeout=60, trust_env=False) as http:
            try:
                self.pages.append(http.get(address).text)
            except httpx.HTTPError as error:  # the program has gone away
                self.pages.append(repr(error))

    def wait(self) -> None:
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()


@contextmanager
def provider_here(key: Any = None) -> Iterator[FakeProvider]:
    """Serve one on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            provider.asked.append(parts.path)
            if parts.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("location", provider.authorize(asked))
                self.send_header("content-length", "0")
                self.end_headers()
            elif parts.path == "/.well-known/openid-configuration":
                self.say(200, provider.discovery())
            elif parts.path == "/keys":
                keys = provider.shown_keys
                self.say(200, {"keys": [provider.key.public()] if keys is None else keys})
            else:
                self.say(404, {})

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self.say(*provider.token(form, self.headers.get("authorization", "")))

        def say(self, status: int, said: object) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            if status == 307:
                self.send_header("location", f"{provider.issuer}/elsewhere")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider = FakeProvider(issuer=f"http://127.0.0.1:{server.server_address[1]}", key=key or RsaKey())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(60)
