"""The desk of an archive: its client's secret, where there is one, lies where this machine's keys do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from muni_archive.key_store import find_private, keep_private
from muni_archive.openid.desk import OpenIdDesk
from muni_archive.ports import Clock


def desk_in(folder: Path, archive_id: Callable[[], str], clock: Clock) -> OpenIdDesk:
    """For the archive in that folder."""
    file = folder / "provider.secret"

    def account() -> str:
        return f"sign-in service of {archive_id()}"

    return OpenIdDesk(
        clock,
        secret=lambda: find_private(account(), file) or "",
        keep=lambda secret: _keep_secret(account(), file, secret),
    )


def _keep_secret(account: str, file: Path, secret: str) -> None:
    file.unlink(missing_ok=True)
    if secret or find_private(account, file):
        keep_private(account, secret, file)
