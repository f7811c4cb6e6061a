"""Where private keys are kept: the system's own key store, or a file that only its owner reads.

What the key store took is remembered beside the file: a store that is locked, or away, is not one without the key.
"""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

import keyring
from keyring.errors import KeyringError, NoKeyringError

from muni_archive.domain.errors import KeyStoreFailed

SERVICE = "muni-archive"
_log = logging.getLogger(__name__)


def keep_private(account: str, key: str, place: Path) -> bool:
    """Keep the key; True when the system's key store took it, False when it lies in the file `place`."""
    try:
        keyring.set_password(SERVICE, account, key)
        if keyring.get_password(SERVICE, account) == key:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _taken(place).touch(mode=0o600)
            return True
    except KeyringError:
        pass
    _taken(place).unlink(missing_ok=True)
    _write(place, key)
    return False


def find_private(account: str, place: Path) -> str | None:
    """The key, from wherever it is kept; None where there is none. Raises `KeyStoreFailed` where that is not known."""
    if place.is_file():
        return place.read_text(encoding="ascii").strip()
    try:
        return keyring.get_password(SERVICE, account)
    except NoKeyringError as exc:
        if _taken(place).exists():
            raise KeyStoreFailed(detail=exc) from exc
        return None
    except Exception as exc:  # a plug-in of the system's, which raises whatever its parts do
        _log.warning("the key store failed", exc_info=exc)
        raise KeyStoreFailed(detail=str(exc) or type(exc).__name__) from exc


def _taken(place: Path) -> Path:
    """There while the key store has what else would lie in the file `place`."""
    return place.with_suffix(".in-key-store")


def _write(place: Path, key: str) -> None:
    """Whole or not at all, and never in a file that was there before, which others may be able to read."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f"{place.name}.")  # for its owner only
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        part.replace(place)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
