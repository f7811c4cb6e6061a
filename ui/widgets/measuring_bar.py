"""Measuring on a drawing: its scale, and how long the line is that somebody clicks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from muni_archive.domain.measuring import Point, metres_on_paper, path_length, scale_from
from muni_archive.domain.reading import Reading
from muni_archive.messages import _, isolate
from ui.widgets.page_view import PageView


class MeasuringBar(QWidget):
    """Shown while somebody measures; the scale is kept as long as the viewer is open."""

    def __init__(self, picture: PageView) -> None:
        super().__init__()
        self._picture = picture
        self._pixels, self._dpi, self._scale = 0.0, 300, 0.0
        self.measuring = False
        self.scale = QLineEdit()
        self.scale.setMaximumWidth(140)
        self.scale.setPlaceholderText("1:100")
        self.scale.setAccessibleName(_("Scale"))
        self.scale.returnPressed.connect(self._calibrate)
        self.length = QLabel()
        self.length.setObjectName("title")
        hint = QLabel(
            _("Click points on the drawing. Scale: 1:100, or the true length of what you clicked, such as 12.5 m")
        )
        hint.setObjectName("hint")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(QLabel(_("Scale")))
        row.addWidget(self.scale)
        row.addWidget(self.length)
        row.addWidget(hint, 1)
        picture.measured.connect(self._measured)
        self.hide()

    def toggle(self, dpi: int) -> None:
        """Begin on a page of this resolution, or leave it."""
        self.measuring, self._dpi = not self.measuring, dpi
        self._pixels = 0.0
        self.length.clear()
        self.setVisible(self.measuring)
        self._picture.measure(self.measuring)

    def propose(self, reading: Reading | None) -> None:
        """Take the scale from the title block, until somebody types another."""
        scales = [proposal.value for proposal in (reading.proposals if reading else ()) if proposal.name == "scale"]
        if scales and not self.scale.text():
            self.scale.setText(scales[0])
            self._calibrate()

    def _measured(self, points: Sequence[Point]) -> None:
        self._pixels = path_length(points)
        if not self._scale:
            self._scale = scale_from(self.scale.text(), pixels=0, dpi=self._dpi) or 0.0
        self._say()

    def _calibrate(self) -> None:
        scale = scale_from(self.scale.text(), pixels=self._pixels, dpi=self._dpi)
        if scale is None:
            self.length.setText(_("Measure a length that you know first, or type a scale such as 1:100."))
            return
        self._scale = scale
        self.scale.setText(f"1:{scale:.0f}" if scale >= 1 else self.scale.text())
        self._say()

    def _say(self) -> None:
        paper = metres_on_paper(self._pixels, self._dpi)
        if not self._pixels:
            self.length.clear()
        elif self._scale:
            self.length.setText(isolate(_("{metres} m").format(metres=f"{paper * self._scale:.2f}")))
        else:
            self.length.setText(isolate(_("{millimetres} mm on paper").format(millimetres=f"{paper * 1000:.1f}")))
