"""The commands, as two people type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from muni_archive.bootstrap import OPERATOR, open_workplace
from muni_archive.cli.main import main
from muni_archive.domain.cancellation import CancelToken
from muni_archive.paths import resource_path
from muni_archive.record_classes import FileRecordClasses
from muni_archive.services.follow_journal import follow_journal
from muni_archive.services.import_files import import_files
from muni_archive.services.register_document import register_document
from muni_archive.store import SystemClock
from muni_archive.sync.state import CentreLink, save_link
from tests.helpers.retained import SHORT


@pytest.fixture
def typed(tmp_path, monkeypatch, capsys):
    """Runs a command as somebody, years after one letter was registered; its exit code and what it printed."""
    with open_workplace(tmp_path / "a") as opened:
        page = resource_path("samples", "03-ownership-letter.jpg")
        report = import_files(opened.place, [page], record_class="correspondence", cancel=CancelToken(),
                              progress=lambda *_: None)  # fmt: skip
        register_document(
            opened.place, report.documents[0], title="كتاب", record_class="correspondence", file_reference="F-1",
            date=None, metadata={"direction": "incoming", "reference": "1"},
        )  # fmt: skip
        follow_journal(opened.place)
    one = FileRecordClasses.get
    monkeypatch.setattr(FileRecordClasses, "all", lambda known: [_ruled(one(known, "correspondence"))])
    monkeypatch.setattr(SystemClock, "now", lambda _clock: datetime.now(UTC) + timedelta(days=366 * 7))

    def run(who, *said):
        monkeypatch.setenv(OPERATOR, who)
        capsys.readouterr()
        code = main(["--archive", str(tmp_path / "a"), "retention", *said])
        printed = capsys.readouterr()
        return code, [line.split("\t") for line in printed.out.splitlines()], printed.err

    return run


def _ruled(record_class):
    from dataclasses import replace

    return replace(record_class, retention=SHORT)


def test_two_people_at_the_command_line(typed, tmp_path, capsys):
    _, [[number, *_rest]], _ = typed("ali", "due")
    code, [[hold_id, *placed]], _ = typed("ali", "hold", number, "--reason", "دعوى", "--authority", "المحكمة")
    assert (code, placed[0], placed[1], placed[-1]) == (0, "document", number, "rests")
    code, _, complaint = typed("ali", "propose", number, "--reason", "r")
    assert code == 1
    assert "المحكمة" in complaint
    assert typed("ali", "holds")[1][0][0] == hold_id
    assert typed("sara", "lift", hold_id, "--reason", "انتهت")[1][0][-1] == "lifted"

    _, [[proposal]], _ = typed("ali", "propose", number, "--reason", "انتهت المدة")
    code, _, complaint = typed("Ali", "confirm", proposal)
    assert code == 1
    assert "another person" in complaint
    assert typed("sara", "withdraw", proposal, "--reason", "r")[0] == 0
    _, [[proposal]], _ = typed("ali", "propose", number, "--reason", "انتهت المدة")
    assert typed("x", "proposals")[1][0][:2] == [proposal, number]
    search = ["--archive", str(tmp_path / "a"), "search", "كتاب"]
    assert main(search) == 0
    assert number in capsys.readouterr().out
    assert typed("sara", "confirm", proposal)[0] == 0
    assert main(search) == 0
    assert number not in capsys.readouterr().out

    assert typed("x", "due")[1] == []
    _, [gone, *proof], _ = typed("x", "destroyed", "--proof")
    assert gone[0] == number
    assert gone[2] == "ali, then sara"
    assert len(proof) == 1  # it was never read: a page is all that it had
    assert main(["--archive", str(tmp_path / "a"), "verify"]) == 0
    assert main(["--archive", str(tmp_path / "a"), "export", number, "--to", str(tmp_path / "x.pdf")]) == 1


def test_files_are_closed_and_documents_kept_longer(typed):
    _, [[number, *_rest]], _ = typed("ali", "due")
    assert typed("ali", "close-file", "F-1", "--reason", "r")[0] == 0
    assert typed("ali", "close-file", "F-1", "--reason", "r")[0] == 1
    assert typed("ali", "reopen-file", "F-1", "--reason", "r")[0] == 0
    assert typed("ali", "keep", number, "--until", "1/1/2099", "--reason", "r")[0] == 0
    assert typed("ali", "keep", number, "--until", " ", "--reason", "r")[0] == 2
    assert typed("ali", "due")[1] == []


def test_at_an_enrolled_station_the_centre_is_asked(typed, tmp_path):
    _, [[number, *_rest]], _ = typed("ali", "due")
    _, [[proposal]], _ = typed("ali", "propose", number, "--reason", "r")
    link = CentreLink(url="http://127.0.0.1:9", centre_id="c", centre_name="C", station_id="s", people=False)
    save_link(tmp_path / "a", link)
    code, [[said]], _ = typed("sara", "confirm", proposal)
    assert code == 0
    assert "centre decides" in said
    assert typed("x", "destroyed")[1] == []
    assert "the centre decides" in typed("x", "proposals")[1][0][-1]
    assert typed("sara", "confirm", proposal)[0] == 1  # it does not wait for a second person any more


def test_the_next_start_finishes_what_a_kill_left(typed, tmp_path, monkeypatch):
    """Files in the vault and tiles of large sheets beside it."""

    def killed(_place):
        raise KeyboardInterrupt

    _, [[number, *_rest]], _ = typed("ali", "due")
    _, [[proposal]], _ = typed("ali", "propose", number, "--reason", "r")
    (master,) = [file for file in (tmp_path / "a" / "vault").glob("??/??/*") if file.is_file()]
    tiles = tmp_path / "a" / "cache" / "tiles-1" / master.name
    tiles.mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.setattr("muni_archive.services.retention.disposing.remove_destroyed", killed)
        assert typed("sara", "confirm", proposal)[0] == 130
    assert master.exists()

    open_workplace(tmp_path / "a", read_only=True).close()
    assert master.exists()  # who only reads removes nothing
    open_workplace(tmp_path / "a").close()
    assert not master.exists()
    assert not tiles.exists()
