"""Keys that sign, Ed25519, from the package cryptography: a station's and a person's. All in hex."""

from __future__ import annotations

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


def _private(private_key: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private_key))
