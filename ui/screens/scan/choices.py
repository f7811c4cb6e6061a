"""What a batch is scanned as and with: class, file, device, profile; remembered by class."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSizePolicy, QWidget

from muni_archive.capture.registry import DeviceSearch, find_devices
from muni_archive.domain.records import Batch
from muni_archive.domain.scanning import ScanProfile
from muni_archive.messages import _
from muni_archive.scan_profiles import load_profiles, profile_labels
from muni_archive.services.own_departments import offered_classes
from ui.context import WindowContext
from ui.i18n import as_plain, label_of
from ui.widgets.buttons import icon_button
from ui.widgets.reference_edit import ReferenceEdit


class ScanChoices(QWidget):
    """The row above the pages. `problems` tells why a driver found nothing."""

    found = Signal(int)

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context = context
        self._profiles = {profile.name: profile for profile in load_profiles()}
        self.classes, self.devices, self.profiles = QComboBox(), QComboBox(), QComboBox()
        self._offer_classes()
        context.centre.changed.connect(self._offer_classes)
        labels = profile_labels()
        for name in self._profiles:
            self.profiles.addItem(label_of(labels[name]), name)
        self.classes.currentIndexChanged.connect(self._recall)
        self.reference = ReferenceEdit()
        self.problems: tuple[str, ...] = ()
        self.looking = False
        row = QGridLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for column, (text, widget, width) in enumerate(
            (
                (_("Class"), self.classes, 3),
                (_("File"), self.reference, 3),
                (_("Device"), self.devices, 4),
                (_("Profile"), self.profiles, 4),
            )
        ):
            label = QLabel(text)
            label.setObjectName("hint")
            label.setBuddy(widget)
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            row.addWidget(label, 0, column)
            row.addWidget(widget, 1, column)
            row.setColumnStretch(column, width)
        row.addWidget(icon_button(self, "refresh", _("Look for devices again"), "F8", self.look), 1, 4)
        self._recall()
        self.look()

    @property
    def record_class(self) -> str:
        return str(self.classes.currentData())

    @property
    def file_reference(self) -> str | None:
        return self.reference.text().strip() or None

    @property
    def device(self) -> str:
        return str(self.devices.currentData() or "")

    @property
    def profile(self) -> ScanProfile:
        return self._profiles[str(self.profiles.currentData())]

    def _offer_classes(self, besides: str = "") -> None:
        """Again when the archive was enrolled: for which departments it works is known then."""
        chosen = self.classes.currentData() or ""
        offered = offered_classes(self._context.place, besides=besides or ("" if self.classes.isEnabled() else chosen))
        if [each.id for each in offered] == [self.classes.itemData(at) for at in range(self.classes.count())]:
            return
        self.classes.blockSignals(True)
        self.classes.clear()
        for record_class in offered:
            self.classes.addItem(label_of(record_class.label), record_class.id)
        self.classes.setCurrentIndex(max(0, self.classes.findData(chosen)))
        self.classes.blockSignals(False)
        if chosen and chosen != self.record_class:
            self._recall()

    def show_batch(self, batch: Batch) -> None:
        """Class, file and device of a batch that is gone on with; they are fixed as long as it is open."""
        self._offer_classes(besides=batch.record_class)
        self.classes.setCurrentIndex(max(0, self.classes.findData(batch.record_class)))
        self.reference.setText(batch.file_reference or "")
        self.profiles.setCurrentIndex(max(0, self.profiles.findData(batch.profile)))
        self.devices.setCurrentIndex(max(0, self.devices.findData(batch.device)))
        self.set_fixed(fixed=True)

    def set_fixed(self, *, fixed: bool) -> None:
        """A batch has one class, file and device from its first page on."""
        for widget in (self.classes, self.reference, self.devices):
            widget.setEnabled(not fixed)

    def remember(self) -> None:
        """Offer the same device and profile the next time that this class is scanned."""
        used = self._context.settings.get("used", {})
        choice = {"profile": self.profile.name, "device": self.device}
        self._context.settings.set("used", {**used, self.record_class: choice})

    def look(self) -> None:
        """Ask every driver for its devices; takes a second or two, in the background."""
        drivers = self._context.place.drivers
        self.looking = True
        self.devices.setPlaceholderText(_("Looking for devices …"))
        self._context.tasks.run(lambda _c: find_devices(drivers), done=self._show_devices)

    def _show_devices(self, found: DeviceSearch) -> None:
        self.looking = False
        chosen = self.device
        self.devices.clear()
        for device in found.devices:
            self.devices.addItem(device.name, device.id)
        self.devices.setPlaceholderText(_("No device was found"))
        self.problems = found.problems
        self.devices.setToolTip(as_plain("\n".join(found.problems)))
        if chosen and self.devices.findData(chosen) >= 0:
            self.devices.setCurrentIndex(self.devices.findData(chosen))
        else:
            self._recall()
        self.found.emit(len(found.devices))

    def _recall(self) -> None:
        used = self._context.settings.get("used", {}).get(self.record_class, {})
        own = self._context.place.record_classes.get(self.record_class).profile
        self.profiles.setCurrentIndex(max(0, self.profiles.findData(used.get("profile", own))))
        if self.devices.count():
            self.devices.setCurrentIndex(max(0, self.devices.findData(used.get("device", ""))))
