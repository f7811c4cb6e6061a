"""The station's key: what is signed, by what, and how it is checked. Ed25519, from the package cryptography."""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


def new_key() -> str:
    """A new private key, in hex."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()).hex()


def public_half(private_key: str) -> str:
    """The public key of a private one, both in hex."""
    return _private(private_key).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def sign(private_key: str, text: bytes) -> str:
    """The signature, in hex."""
    return _private(private_key).sign(text).hex()


def is_signed(public_key: str, text: bytes, signature: str) -> bool:
    """Whether the owner of the key signed this text."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True


def session_text(centre_id: str, station_id: str, challenge: str) -> bytes:
    """What a station signs to begin a session: bound to this centre and to the centre's own random challenge."""
    return f"muni-archive session\n{centre_id}\n{station_id}\n{challenge}".encode()


def request_text(method: str, target: str, session: str, counter: int, body: bytes, person: str = "") -> bytes:
    """What a station signs for each request: nothing in it depends on a clock. `target` is path and query.

    `person` is the token of who has signed in, when the request is made for a person: it cannot be taken off on the
    way, which would make the station's own rights of a person's.
    """
    digest = hashlib.sha256(body).hexdigest()
    of_person = f"\n{person}" if person else ""
    return f"muni-archive request\n{method}\n{target}\n{session}\n{counter}\n{digest}{of_person}".encode()


def _private(private_key: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private_key))
