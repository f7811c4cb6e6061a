"""Printing pictures: each as large as the sheet allows, off the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from muni_archive.domain.cancellation import CancelToken
from muni_archive.messages import _
from ui.context import WindowContext

Picture = Callable[[], QImage]
"""Loads a picture when its turn has come."""


def print_with_dialog(
    owner: QWidget,
    context: WindowContext,
    pictures: Sequence[Picture],
    *,
    title: str,
    printed: Callable[[int], None] | None = None,
) -> bool:
    """Ask for the printer, then print in the background; False when the user thought better of it.

    `printed` is told how many pages went to the printer.
    """
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    dialog = QPrintDialog(printer, owner)
    dialog.setMinMax(1, len(pictures))
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange, on=True)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return False
    first, last = printer.fromPage() or 1, printer.toPage() or len(pictures)
    chosen = pictures[first - 1 : last]

    def done(count: int) -> None:
        context.notify(_("Sent to the printer: {title}").format(title=title))
        if printed:
            printed(count)

    context.tasks.run(lambda task: print_pictures(printer, chosen, task.cancel), done=done, failed=context.show_error)
    return True


def print_pictures(printer: QPrinter, pictures: Sequence[Picture], cancel: CancelToken) -> int:
    """Print them, a sheet each; returns how many. Raises `OSError` when the printer does not take them."""
    painter = QPainter()
    if not painter.begin(printer):
        raise OSError(_("the printer does not answer"))
    try:
        for at, load in enumerate(pictures):
            cancel.raise_if_cancelled()
            if at and not printer.newPage():
                raise OSError(_("the printer does not answer"))
            _fit(painter, load())
    finally:
        painter.end()
    return len(pictures)


def _fit(painter: QPainter, image: QImage) -> None:
    room = painter.viewport()
    size = image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.translate((room.width() - size.width()) / 2, 0)
    painter.scale(size.width() / max(1, image.width()), size.height() / max(1, image.height()))
    painter.drawImage(0, 0, image)
    painter.restore()
