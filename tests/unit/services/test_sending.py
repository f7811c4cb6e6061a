"""What the sender remembers of files stays bounded, however long the first sending takes."""

import pytest

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import BytesWrong
from muni_archive.domain.errors import BlobCorrupt, ObjectStoreFailed, ObjectStoreRefused, UploadUnfinished
from muni_archive.domain.uploading import FileOffer
from muni_archive.services.together import sending_files
from muni_archive.services.together.sending_files import FileSender
from muni_archive.store.vault import DiskVault


class Sizes:
    def size(self, _name):
        return 1


class StoredLine:
    """Has every file already; hears which are offered."""

    def __init__(self):
        self.offered = []

    def offers(self, files):
        self.offered += [sha for sha, _ in files]
        return [FileOffer(sha=sha, size=size, stored=True) for sha, size in files]


def test_names_of_files_are_forgotten_when_there_are_many(monkeypatch):
    monkeypatch.setattr(sending_files, "MOST_KNOWN", 10)
    line = StoredLine()
    sender = FileSender(Sizes(), line, CancelToken())
    for at in range(0, 100, 5):
        names = [str(name) for name in range(at, at + 5)]
        sender.send(names)
        sender.send(names)
        assert len(sender._known) <= 15
    assert line.offered == [str(name) for name in range(100)]


class Refusing(StoredLine):
    """Wants every file, and refuses its bytes in its own way."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def offers(self, files):
        return [FileOffer(sha=sha, size=size) for sha, size in files]

    def send_file(self, _file, _offer, _cancel, _pace):
        raise self.error


@pytest.mark.parametrize(
    "error",
    [
        BytesWrong(sha="x"), BlobCorrupt(sha="x"), ObjectStoreFailed(detail="400 BadDigest"),
        ObjectStoreRefused(detail="400"), UploadUnfinished(sha="x"), OSError("gone"),
    ],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_a_file_that_was_damaged_here_is_lost_and_holds_nothing_up(tmp_path, error):
    """However the centre or its store says that the bytes are wrong; of whole ones it is the line that failed."""
    vault = DiskVault(tmp_path)
    whole, wrong = vault.put(b"whole"), vault.put(b"wrong")
    vault.path(wrong).chmod(0o600)
    vault.path(wrong).write_bytes(b"Wrong")
    sender = FileSender(vault, Refusing(error), CancelToken())
    sender.send([wrong])
    assert sender.lost == {wrong}
    with pytest.raises(type(error)):
        sender.send([whole])
    assert sender.lost == {wrong}
