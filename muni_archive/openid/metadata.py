"""The provider's description of itself (OpenID Connect Discovery)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from muni_archive.domain.account_errors import ProviderWrong
from muni_archive.openid.fetching import checked_address, get_json

ALGORITHMS = frozenset(f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512))
"""Signatures with a key pair. Never `none`, and never HS…: its key would be what everybody may read."""


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """As much of the description as is used; `algorithms` are those that both sides know."""

    authorization: str
    token: str
    keys: str
    algorithms: frozenset[str]
    secret_in_form: bool
    """Where a client's secret goes: into the form, or into the header."""
    names_issuer: bool
    """Whether each answer says whose it is (RFC 9207)."""


def read_metadata(http: httpx.Client, issuer: str) -> Metadata:
    """Raises `ProviderUnreachable`, `ProviderWrong`."""
    said = get_json(http, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if said.get("issuer") != issuer:
        raise ProviderWrong(detail="its description names another issuer")
    algorithms = ALGORITHMS & _listed(said, "id_token_signing_alg_values_supported", "RS256")
    if not algorithms:
        raise ProviderWrong(detail="it signs in no way that is accepted here")
    if "code" not in _listed(said, "response_types_supported", "code"):
        raise ProviderWrong(detail="it gives no codes (response_types_supported)")
    if "S256" not in _listed(said, "code_challenge_methods_supported", "S256"):
        raise ProviderWrong(detail="it does not know PKCE with S256")
    ways = _listed(said, "token_endpoint_auth_methods_supported", "client_secret_basic")
    return Metadata(
        authorization=checked_address(said, "authorization_endpoint"), token=checked_address(said, "token_endpoint"),
        keys=checked_address(said, "jwks_uri"), algorithms=algorithms,
        secret_in_form="client_secret_basic" not in ways,
        names_issuer=said.get("authorization_response_iss_parameter_supported") is True,
    )  # fmt: skip


def _listed(said: Mapping[str, Any], name: str, default: str) -> frozenset[str]:
    """What is not said counts as the default."""
    found = said.get(name)
    if not isinstance(found, list):
        return frozenset({default})
    return frozenset(each for each in found if isinstance(each, str))
