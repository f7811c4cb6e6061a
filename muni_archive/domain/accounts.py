"""Accounts at the municipality's OpenID Connect provider: who vouches for them, whose they are, and what a token must
say before it is believed.
"""

from __future__ import annotations

import hmac
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from muni_archive.domain.account_errors import AccountClock, AccountNotProven, ProviderWrong
from muni_archive.domain.lines import is_private
from muni_archive.domain.people import LONGEST_NAME

CLAIM, SCOPES = "preferred_username", ("openid", "profile")
"""What a provider is asked for where nothing else is said."""
SIGN_IN_S = 300
"""Seconds that somebody has for signing in at the provider, a second factor included."""
LEEWAY_S = 60
"""Seconds by which two clocks may differ."""
LONGEST_ISSUER, LONGEST_SUBJECT = 500, 255
METHOD = "openid"
"""How the journal calls this way to sign in."""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """The provider that an administrator has named. A secret, where it asks for one, is no part of this."""

    issuer: str
    client_id: str
    claim: str = CLAIM
    """Equal to a person's sign-in name, it links the account at the first sign-in; empty: administrators link alone."""
    scopes: tuple[str, ...] = SCOPES


@dataclass(frozen=True, kw_only=True)
class Identity:
    """An account. The subject is the provider's own name for it, which never passes to somebody else."""

    issuer: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account of which a token has proven that its owner is here; `name` is what the provider's claim says."""

    identity: Identity
    name: str

    @property
    def shown(self) -> str:
        return self.name or self.identity.subject


def check_provider(provider: Provider) -> None:
    """Raises `ProviderWrong` for what can be no provider's, before anybody is asked."""
    try:
        parts = urlsplit(provider.issuer)
    except ValueError as exc:
        raise ProviderWrong(detail="the issuer is no address") from exc
    bare = not parts.query and not parts.fragment and not parts.username
    http = parts.scheme in {"https", "http"} and bool(parts.hostname) and is_private(provider.issuer)
    if not http or not bare or len(provider.issuer) > LONGEST_ISSUER:
        raise ProviderWrong(detail="the issuer must be an https address without query or fragment")
    if not provider.client_id or not provider.client_id.isprintable():
        raise ProviderWrong(detail="the client id is empty, or cannot be written")
    if "openid" not in provider.scopes:
        raise ProviderWrong(detail="the scopes must name openid")


def account_in(claims: Mapping[str, Any], provider: Provider, *, nonce: str, since: datetime, now: datetime) -> Account:
    """The account that an ID token's claims prove, whose signature was checked before.

    `since`: when this sign-in began; the person must have been asked after that. Raises `AccountNotProven`,
    `AccountClock`.
    """
    _require(claims.get("iss") == provider.issuer, "iss")
    _check_audience(claims, provider.client_id)
    _require(_same(claims.get("nonce"), nonce), "nonce")
    _check_times(claims, since, now)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise AccountNotProven(detail="sub")
    return Account(identity=Identity(issuer=provider.issuer, subject=subject), name=_name_in(claims, provider.claim))


def _check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    said = claims.get("aud")
    audience: Sequence[object] = said if isinstance(said, list) else [said]
    _require(client_id in audience, "aud")
    party = claims.get("azp")
    _require(party == client_id or (party is None and len(audience) == 1), "azp")


def _check_times(claims: Mapping[str, Any], since: datetime, now: datetime) -> None:
    """A token that was made just now and does not say so comes from a clock that is wrong, here or there."""
    begun, here = since.timestamp() - LEEWAY_S, now.timestamp()
    made, ends = _seconds(claims, "iat"), _seconds(claims, "exp")
    if not begun <= made <= here + LEEWAY_S or ends <= here - LEEWAY_S:
        raise AccountClock
    if "nbf" in claims and _seconds(claims, "nbf") > here + LEEWAY_S:
        raise AccountClock
    _require(_seconds(claims, "auth_time") >= begun, "auth_time")


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise AccountNotProven(detail=name)
    return float(value)


def _name_in(claims: Mapping[str, Any], claim: str) -> str:
    """Empty where the claim says no name, or an e-mail address that the provider has not verified."""
    value = claims.get(claim) if claim else None
    if not isinstance(value, str) or not value.isprintable() or len(value) > LONGEST_NAME:
        return ""
    return "" if claim == "email" and claims.get("email_verified") is not True else value


def _same(said: object, expected: str) -> bool:
    return isinstance(said, str) and said.isascii() and bool(expected) and hmac.compare_digest(said, expected)


def _require(met: bool, detail: str) -> None:  # noqa: FBT001  # a condition
    if not met:
        raise AccountNotProven(detail=detail)
