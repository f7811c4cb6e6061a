"""How a field of a description and what a side says of it are written on the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from muni_archive.domain.merging import META, Description
from muni_archive.domain.record_class import RecordClass
from muni_archive.messages import N_, _, ngettext
from muni_archive.ports import RecordClasses
from muni_archive.services.together.conflicts import value_of
from ui.i18n import label_of, number

NAMES: Mapping[str, str] = {
    "title": N_("Title"),
    "record_class": N_("Class"),
    "department": N_("Department"),
    "file_reference": N_("File"),
    "date": N_("Date"),
    "page_ids": N_("Pages"),
    "registered": N_("Registered"),
}


class Wording:
    """By the record classes of this installation."""

    def __init__(self, classes: RecordClasses) -> None:
        self._classes = {each.id: each for each in classes.all()}

    def name(self, said: Description, field: str) -> str:
        """The field's label; its own name where no class knows it."""
        if field in NAMES:
            return _(NAMES[field])
        plain = field.removeprefix(META)
        mine = self._classes.get(said.record_class)
        for known in [mine] if mine else self._classes.values():
            if spec := known.field(plain):
                return label_of(spec.label)
        return plain

    def value(self, said: Description, field: str) -> str:
        """What this side says of the field; a dash where it says nothing."""
        value = value_of(said, field)
        if value in (None, "", ()):
            return "—"
        plain: Mapping[str, Callable[[], str]] = {
            "page_ids": lambda: _count_pages(len(said.page_ids)),
            "registered": lambda: _("yes"),
            "record_class": lambda: self._class(said.record_class, lambda each: label_of(each.label)),
            "department": lambda: self._department(said.department),
        }
        if field in plain:
            return plain[field]() if value else _("no")
        return self._chosen(said, field, str(value))

    def order(self, said: Description, field: str) -> tuple[int, str]:
        """Title first, then as the forms have it."""
        names = list(NAMES)
        if field in names:
            return names.index(field), field
        mine = self._classes.get(said.record_class)
        specs = [spec.name for spec in mine.fields] if mine else []
        plain = field.removeprefix(META)
        return len(names) + (specs.index(plain) if plain in specs else len(specs)), field

    def _class(self, class_id: str, say: Callable[[RecordClass], str]) -> str:
        known = self._classes.get(class_id)
        return say(known) if known else class_id

    def _department(self, department: str) -> str:
        known = next((each for each in self._classes.values() if each.department == department), None)
        return label_of(known.department_label) if known else department

    def _chosen(self, said: Description, field: str, value: str) -> str:
        mine = self._classes.get(said.record_class)
        spec = mine.field(field.removeprefix(META)) if mine else None
        choice = next((each for each in spec.choices if each.value == value), None) if spec else None
        return label_of(choice.label) if choice else value


def _count_pages(count: int) -> str:
    return ngettext("{count} page", "{count} pages", count).format(count=number(count))
