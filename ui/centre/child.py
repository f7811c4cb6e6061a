"""The process that synchronises beside the window: started, heard, started again when it ends."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from muni_archive.domain.pacing import pause
from muni_archive.services.together.telling import from_line

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
"""Up to that, at random, between one process's end and the next's start; it doubles while none tells of anything but
errors.
"""
LINES = 20
"""Read at once: a window does not stand still over a process that has much to tell."""
END_MS = 1_500
LAST_WORDS = 2_000
"""Characters kept of what it complains, for who looks for the reason."""


def sync_command(archive: Path, bytes_per_s: int) -> Sequence[str]:
    """The program itself, in a checkout, an installed wheel or a frozen program."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "muni_archive"]
    return [*program, "--archive", str(archive), "sync", "--watch", "--limit", str(bytes_per_s)]


class SyncChild(QObject):
    """Never waits for the process but at the very end, and then for moments: what it does survives being cut."""

    told = Signal(object)
    """`News`."""
    ended = Signal(str)
    """It ended by itself; its last words, or the code that it ended with. It is started again."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command: Sequence[str] = ()
        self._process: QProcess | None = None
        self.silent = 0
        """Processes that ended, one after another, before they told anything."""
        self._failures = 0
        self._words = ""
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._begin)
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._read)

    @property
    def process_id(self) -> int:
        """0 while none runs."""
        return int(self._process.processId()) if self._process else 0

    def start(self, command: Sequence[str]) -> None:
        """Run this from now on, instead of what runs."""
        self.stop()
        self._command, self._failures, self.silent = command, 0, 0
        self._begin()

    def stop(self) -> None:
        """End it; an operating system that does not ask politely kills it, which it survives as well."""
        self._again.stop()
        self._more.stop()
        process, self._process = self._process, None
        if process is None:
            return
        process.blockSignals(True)
        if sys.platform == "win32":
            process.kill()
        else:
            process.terminate()
        if not process.waitForFinished(END_MS):
            process.kill()
            process.waitForFinished(END_MS)
        process.deleteLater()

    def _begin(self) -> None:
        self._words = ""
        process = QProcess(self)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_complaints)
        process.finished.connect(lambda _code, _status: self._ended())
        process.errorOccurred.connect(self._failed)
        self._process = process
        process.start(self._command[0], list(self._command[1:]))

    def _read(self) -> None:
        """A few lines; the rest when the window has done what else there is."""
        for _ in range(LINES):
            if not self._read_line():
                return
        self._more.start()

    def _read_line(self) -> bool:
        """False where there is none."""
        if not (self._process and self._process.canReadLine()):
            return False
        news = from_line(bytes(self._process.readLine().data()).decode("utf-8", "replace"))
        if news is not None:
            self.silent = 0
            if news.error is None:
                self._failures = 0
            self.told.emit(news)
        return True

    def _read_complaints(self) -> None:
        if self._process:
            said = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
            self._words = (self._words + said)[-LAST_WORDS:]

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process:
            self._words = self._process.errorString()
            self._ended()

    def _ended(self) -> None:
        """What it told last is heard before; over that, another may have been started."""
        process = self._process
        while self._process is process and self._read_line():
            pass
        if process is None or self._process is not process:
            return
        self._more.stop()
        self._process = None
        process.deleteLater()
        self.silent += 1
        lines = self._words.strip().splitlines()
        self.ended.emit(lines[-1] if lines else f"code {process.exitCode()}")
        self._again.start(int(1000 * pause(self._failures, first_s=FIRST_PAUSE_S, longest_s=LONGEST_PAUSE_S)))
        self._failures += 1
