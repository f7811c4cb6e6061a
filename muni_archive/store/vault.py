"""The vault on disk: bytes named by their SHA-256, written once."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from muni_archive.domain.errors import BlobCorrupt, BlobMissing
from muni_archive.domain.full_disk import disk_full_told
from muni_archive.store.pieces import Pieces
from muni_archive.store.read_only import remove_file, replace_file

PART = ".part"
"""Ending of a file that is still being written; one that a crash left is removed by the next writer."""
_PASSING = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EBUSY)
"""What says nothing of the file: too much is open, or something else holds it, on Windows a virus scanner."""
_HELD_ON_WINDOWS = 32
ASIDE = "damaged"
"""Folder, within the vault's, of files that were set aside."""


class DiskVault:
    """Implements `ports.Vault` in a folder: `ab/cd/abcd…`, read-only files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        sha = hashlib.sha256(data).hexdigest()
        target = self._place(sha)
        with disk_full_told():
            if not self._holds(sha, len(data)):
                target.parent.mkdir(parents=True, exist_ok=True)
                write_once(target, [data])
        return sha

    def get(self, sha: str) -> bytes:
        with _missing_told(sha):
            data = self._place(sha).read_bytes()
        if hashlib.sha256(data).hexdigest() != sha:
            raise BlobCorrupt(sha=sha)
        return data

    def path(self, sha: str) -> Path:
        place = self._place(sha)
        if not place.is_file():
            raise BlobMissing(sha=sha)
        return place

    def has(self, sha: str) -> bool:
        return self._place(sha).is_file()

    def fetch_ahead(self, shas: Sequence[str]) -> None:
        """They are here."""

    def names(self) -> Iterator[str]:
        for folder in sorted(self._folder.glob("??/??")):
            yield from (place.name for place in sorted(folder.glob("*")) if place.suffix != PART)

    def check(self, sha: str) -> None:
        """Hash the file again, in pieces. Raises `BlobMissing`, `BlobCorrupt`."""
        with _missing_told(sha), self._place(sha).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != sha:
            raise BlobCorrupt(sha=sha)

    def size(self, sha: str) -> int:
        with _missing_told(sha):
            return self._place(sha).stat().st_size

    def read(self, sha: str, start: int = 0, length: int | None = None, *, size: int | None = None) -> Pieces:
        with _missing_told(sha):
            file = self._place(sha).open("rb")
        if size is not None and os.fstat(file.fileno()).st_size != size:
            file.close()
            raise BlobCorrupt(sha=sha)
        file.seek(start)
        return Pieces(file, length)

    def take(self, file: Path, sha: str) -> None:
        target = self._place(sha)
        with disk_full_told():
            if not self._holds(sha, file.stat().st_size):
                target.parent.mkdir(parents=True, exist_ok=True)
                _move(file, target, sha)
        file.unlink(missing_ok=True)

    def set_aside(self, sha: str) -> None:
        """Take a file that is not what it was out of the vault, so that the right one can come; it is kept."""
        aside = self._folder / ASIDE
        aside.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):
            replace_file(self._place(sha), aside / sha)
            _sync_folder(aside)

    def remove(self, sha: str) -> None:
        place = self._place(sha)
        if place.exists():
            remove_file(place)
            _sync_folder(place.parent)

    def probe(self) -> None:
        """Whether a file can be kept: write one, and take it away. Raises `DiskFull`, `OSError`."""
        with disk_full_told():
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, suffix=PART) as file:
                file.write(b"probe")
                file.flush()
                os.fsync(file.fileno())

    def remove_parts(self) -> None:
        """Remove what a crash left half-written; for the one writer only. What another program holds stays: it is in
        nobody's way.
        """
        for part in self._folder.glob(f"??/??/*{PART}"):
            with suppress(OSError):
                remove_file(part)

    def _holds(self, sha: str, size: int) -> bool:
        """Whether the right bytes lie under this name; wrong ones are set aside. Hashed each time: seldom is a file put
        twice, and who does it may want to repair what lies there.
        """
        try:
            if self.size(sha) == size:
                self.check(sha)
                return True
        except BlobMissing:
            return False
        except BlobCorrupt:
            pass
        self.set_aside(sha)
        return False

    def _place(self, sha: str) -> Path:
        return self._folder / sha[:2] / sha[2:4] / sha


def _move(file: Path, target: Path, sha: str) -> None:
    """Rename on the same disk; copy from another, hashing what is copied."""
    with file.open("r+b") as finished:
        os.fsync(finished.fileno())
    try:
        replace_file(file, target)
    except OSError as exc:
        if exc.errno != errno.EXDEV:
            raise
        with file.open("rb") as source:
            write_once(target, checked(Pieces(source), sha))
        return
    target.chmod(0o440)
    _sync_folder(target.parent)
    _sync_folder(target.parent.parent)


def checked(pieces: Iterator[bytes], sha: str) -> Iterator[bytes]:
    """The same pieces; raises `BlobCorrupt` at their end when their hash is another."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        yield piece
    if digest.hexdigest() != sha:
        raise BlobCorrupt(sha=sha)


def write_once(target: Path, pieces: Iterable[bytes]) -> None:
    """Write beside the target, make it durable, then give it its name."""
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=PART)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o440)
        replace_file(part, target)
    except BaseException:
        with suppress(OSError):  # told is what went wrong before
            remove_file(part)
        raise
    _sync_folder(target.parent)
    _sync_folder(target.parent.parent)


def _sync_folder(folder: Path) -> None:
    """Make the name itself durable; Windows has no such call and journals names by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _missing_told(sha: str) -> Iterator[None]:
    """Raises `BlobMissing` for a file that cannot be opened; what passes is raised as it is: nothing is lost."""
    try:
        yield
    except OSError as exc:
        if exc.errno in _PASSING or getattr(exc, "winerror", None) == _HELD_ON_WINDOWS:
            raise
        raise BlobMissing(sha=sha) from exc
