"""A system's key store that can be locked, as a desktop's is, and is away where nobody has a desktop."""

from __future__ import annotations

from keyring.errors import KeyringLocked, NoKeyringError


class KeptKeyring:
    """Opens and locks as the test says; `away` is what a session without a desktop finds.

    No `KeyringBackend`: those make themselves known, and the next test would get one as the system's.
    """

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = self.away = False

    def get_password(self, service: str, username: str) -> str | None:
        self._answer()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._answer()
        self.kept[service, username] = password

    def _answer(self) -> None:
        if self.away:
            raise NoKeyringError("no recommended backend")
        if self.locked:
            raise KeyringLocked("the prompt was dismissed")
