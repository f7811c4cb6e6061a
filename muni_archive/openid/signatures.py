"""Who signed a token: the provider's public keys (JWKS), and a signature checked with one of them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from muni_archive.domain.account_errors import AccountNotProven

LONGEST_TOKEN = 32_768
LEAST_RSA_BITS = 2048
_KEY_TYPES: Mapping[str, type[RSAKey] | type[ECKey]] = {"RS": RSAKey, "PS": RSAKey, "ES": ECKey}
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
Keys = Sequence[Mapping[str, Any]]


def signed_claims(
    token: str, algorithms: frozenset[str], keys: Callable[[], Keys], fresh_keys: Callable[[], Keys]
) -> tuple[Mapping[str, Any], str]:
    """The claims of a token whose signature is right, and the algorithm. Raises `AccountNotProven`.

    A key that is not known may be new: then, and only then, the keys are fetched once more.
    """
    header = _header(token)
    algorithm, name = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in algorithms:
        raise AccountNotProven(detail="alg")
    key = _find(keys(), algorithm, name) or _find(fresh_keys(), algorithm, name)
    if key is None:
        raise AccountNotProven(detail="kid")
    try:
        payload = jws.deserialize_compact(token, key, algorithms=[algorithm]).payload
        claims = json.loads(payload)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as exc:
        raise AccountNotProven(detail="signature") from exc
    if not isinstance(claims, dict):
        raise AccountNotProven(detail="claims")
    return claims, algorithm


def check_access_hash(claims: Mapping[str, Any], algorithm: str, access_token: object) -> None:
    """Where the token names an access token (`at_hash`), it must be the one that came. Raises `AccountNotProven`."""
    if "at_hash" not in claims:
        return
    half = ""
    if isinstance(access_token, str):
        digest = hashlib.new(f"sha{algorithm[2:]}", access_token.encode()).digest()
        half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    said = claims["at_hash"]
    if not isinstance(said, str) or not said.isascii() or not hmac.compare_digest(said, half):
        raise AccountNotProven(detail="at_hash")


def _header(token: str) -> Mapping[str, Any]:
    try:
        if len(token) > LONGEST_TOKEN:
            raise ValueError
        header: Mapping[str, Any] = jws.extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as exc:
        raise AccountNotProven(detail="id_token") from exc
    return header


def _find(keys: Keys, algorithm: str, name: object) -> RSAKey | ECKey | None:
    """The key of that name; where the token names none, the only one that fits."""
    fitting = [key for key in keys if _fits(key, algorithm) and (name is None or key.get("kid") == name)]
    if len(fitting) != 1:
        return None
    try:
        return _KEY_TYPES[algorithm[:2]].import_key(dict(fitting[0]))
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _fits(key: Mapping[str, Any], algorithm: str) -> bool:
    kind = "EC" if algorithm.startswith("ES") else "RSA"
    return (
        key.get("kty") == kind
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (_is_long(key.get("n")) if kind == "RSA" else key.get("crv") == _CURVES[algorithm])
    )


def _is_long(modulus: object) -> bool:
    """Whether an RSA key of this modulus (base64) is long enough to believe."""
    if not isinstance(modulus, str):
        return False
    try:
        number = base64.urlsafe_b64decode(f"{modulus}==")
    except ValueError:
        return False
    return int.from_bytes(number).bit_length() >= LEAST_RSA_BITS
