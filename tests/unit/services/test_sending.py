"""What the sender remembers of files stays bounded, however long the first sending takes."""

from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.uploading import FileOffer
from muni_archive.services.together import sending_files
from muni_archive.services.together.sending_files import FileSender


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
