"""A whole sign-in at the provider: authorization code with PKCE, exchanged for a token that is verified in full."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

import httpx

from muni_archive.domain.account_errors import AccountDeclined, AccountNotProven, ProviderWrong
from muni_archive.domain.accounts import SIGN_IN_S, Account, Provider, account_in, check_provider
from muni_archive.domain.cancellation import CancelToken
from muni_archive.openid.fetching import get_json, open_http, post_form
from muni_archive.openid.metadata import Metadata, read_metadata
from muni_archive.openid.redirect import Redirect
from muni_archive.ports import Clock

if TYPE_CHECKING:
    from muni_archive.openid.signatures import Keys

REMEMBERED_S = 600.0
"""How long the provider's description and keys are taken for what they were."""
LONGEST_CODE = 40
"""Signs of the provider's word for what went wrong that are shown."""


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What a provider said of itself, and until when that is believed (monotonic)."""

    issuer: str
    metadata: Metadata
    keys: Keys
    ends: float


class OpenIdDesk:
    """Implements `ports.AccountDesk`. Used by many threads at the centre: what it remembers is replaced whole."""

    def __init__(
        self, clock: Clock, *, secret: Callable[[], str], keep: Callable[[str], None], seconds: float = SIGN_IN_S
    ) -> None:
        """`secret` and `keep`: where this machine has the client's secret; `seconds` for the browser's part."""
        self._clock, self._secret, self._keep, self._seconds = clock, secret, keep, seconds
        self._known: _Known | None = None

    def check(self, provider: Provider) -> None:
        check_provider(provider)
        with open_http() as http:
            self._learn(http, provider)

    def ask(
        self, provider: Provider, *, nonce: str, hint: str, show: Callable[[str], None], cancel: CancelToken
    ) -> tuple[Account, str]:
        since, state, verifier = self._clock.now(), secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        with open_http() as http:
            metadata = self._learned(http, provider).metadata
            cancel.raise_if_cancelled()
            with Redirect(state) as redirect:
                show(_address(provider, metadata, redirect.address, state, nonce, verifier, hint))
                answer = redirect.wait(cancel, self._seconds)
                code = _code(answer, provider, metadata)
                form = {
                    "grant_type": "authorization_code", "code": code, "redirect_uri": redirect.address,
                    "client_id": provider.client_id, "code_verifier": verifier,
                }  # fmt: skip
                said = self._exchange(http, metadata, form)
            cancel.raise_if_cancelled()
            token = said.get("id_token")
            if not isinstance(token, str):
                raise ProviderWrong(detail="its answer holds no ID token")
            claims = self._claims(http, provider, token, said.get("access_token", ""))
        return account_in(claims, provider, nonce=nonce, since=since, now=self._clock.now()), token

    def verify(self, provider: Provider, id_token: str, *, nonce: str, since: datetime) -> Account:
        with open_http() as http:
            claims = self._claims(http, provider, id_token)
        return account_in(claims, provider, nonce=nonce, since=since, now=self._clock.now())

    def keep_secret(self, secret: str) -> None:
        self._keep(secret)

    def _exchange(self, http: httpx.Client, metadata: Metadata, form: Mapping[str, str]) -> Mapping[str, object]:
        secret, auth = self._secret(), None
        if secret and metadata.secret_in_form:
            form = {**form, "client_secret": secret}
        elif secret:
            auth = (quote(form["client_id"], safe=""), quote(secret, safe=""))  # RFC 6749, 2.3.1
        status, said = post_form(http, metadata.token, form, auth)
        if status != httpx.codes.OK:
            raise AccountNotProven(detail=_word(said.get("error")))
        return said

    def _claims(
        self, http: httpx.Client, provider: Provider, token: str, access_token: object = None
    ) -> Mapping[str, object]:
        """What the token says, whose signature is right; without an access token nothing of one is asked."""
        from muni_archive.openid.signatures import check_access_hash, signed_claims  # only who signs in waits for it

        known = self._learned(http, provider)
        claims, algorithm = signed_claims(
            token, known.metadata.algorithms, keys=lambda: known.keys,
            fresh_keys=lambda: self._learn(http, provider).keys,
        )  # fmt: skip
        if access_token is not None:
            check_access_hash(claims, algorithm, access_token)
        return claims

    def _learned(self, http: httpx.Client, provider: Provider) -> _Known:
        known = self._known
        if known is None or known.issuer != provider.issuer or known.ends < time.monotonic():
            return self._learn(http, provider)
        return known

    def _learn(self, http: httpx.Client, provider: Provider) -> _Known:
        metadata = read_metadata(http, provider.issuer)
        keys = get_json(http, metadata.keys).get("keys")
        if not isinstance(keys, list):
            raise ProviderWrong(detail="it names no keys")
        known = _Known(
            issuer=provider.issuer, metadata=metadata, keys=[key for key in keys if isinstance(key, dict)],
            ends=time.monotonic() + REMEMBERED_S,
        )  # fmt: skip
        self._known = known
        return known


def _address(
    provider: Provider, metadata: Metadata, back: str, state: str, nonce: str, verifier: str, hint: str
) -> str:
    """What the browser opens. The person is asked anew each time: others use this computer, and its browser, too."""
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code", "client_id": provider.client_id, "redirect_uri": back,
        "scope": " ".join(provider.scopes), "state": state, "nonce": nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), "code_challenge_method": "S256",
        "prompt": "login", "max_age": "0",
    } | ({"login_hint": hint} if hint else {})  # fmt: skip
    joint = "&" if urlsplit(metadata.authorization).query else "?"
    return f"{metadata.authorization}{joint}{urlencode(asked)}"


def _code(answer: Mapping[str, str], provider: Provider, metadata: Metadata) -> str:
    """Raises `AccountDeclined` when the provider says no, `AccountNotProven` for the answer of another provider."""
    if answer.get("iss", "" if metadata.names_issuer else provider.issuer) != provider.issuer:
        raise AccountNotProven(detail="iss")
    if "error" in answer:
        raise AccountDeclined(detail=_word(answer["error"]))
    if not answer.get("code"):
        raise AccountNotProven(detail="code")
    return answer["code"]


def _word(said: object) -> str:
    """The provider's code for an error, as far as it is one; its texts are not shown."""
    word = said if isinstance(said, str) and said.isascii() and said.isprintable() else "?"
    return word[:LONGEST_CODE]
