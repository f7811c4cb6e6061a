"""The record classes of this installation, read from one TOML file each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from muni_archive.data_file import DataTable
from muni_archive.domain.errors import DataFileInvalid, NotFound
from muni_archive.domain.record_class import Choice, FieldKind, FieldSpec, RecordClass
from muni_archive.domain.retention import Action, CountedFrom, RetentionRule, Trigger
from muni_archive.paths import resource_path

READINGS = ("page", "drawing")
KEEP = "keep"


class FileRecordClasses:
    """Implements `ports.RecordClasses` on a folder of TOML files; they are read on first use."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or resource_path("record_classes")

    def all(self) -> Sequence[RecordClass]:
        """In order of their file names. Raises `DataFileInvalid`."""
        return tuple(self._by_id.values())

    def get(self, class_id: str) -> RecordClass:
        try:
            return self._by_id[class_id]
        except KeyError as exc:
            raise NotFound(key=class_id) from exc

    @cached_property
    def _by_id(self) -> Mapping[str, RecordClass]:
        classes: dict[str, RecordClass] = {}
        for path in sorted(self._folder.glob("*.toml")):
            record_class = read_record_class(path)
            if record_class.id in classes:
                raise DataFileInvalid(path=str(path), detail=f"the id {record_class.id} is used twice")
            classes[record_class.id] = record_class
        if not classes:
            raise DataFileInvalid(path=str(self._folder), detail="the folder holds no record class")
        return classes


def read_record_class(path: Path) -> RecordClass:
    """The class that the file describes. Raises `DataFileInvalid`."""
    data = DataTable.load(path)
    record_class = RecordClass(
        id=data.text("id"),
        label=data.label("label"),
        department=data.text("department"),
        department_label=data.label("department_label"),
        fields=tuple(_field(table) for table in data.tables("fields")),
        checklist=tuple(table.languages() for table in data.tables("checklist")),
        retention=_retention(data),
        access_level=data.text("access_level", "internal"),
        reading=data.text("reading", "page"),
        profile=data.text("profile", "text-300"),
    )
    data.finish()
    names = [spec.name for spec in record_class.fields]
    if not names or len(set(names)) != len(names):
        raise data.invalid("fields need at least one entry and different names")
    if record_class.reading not in READINGS:
        raise data.invalid(f"reading must be one of {', '.join(READINGS)}")
    return record_class


def _retention(data: DataTable) -> RetentionRule | None:
    """`retention = "keep"`, or nothing, keeps for ever; a table says for how long."""
    if not data.holds_table("retention"):
        if data.text("retention", KEEP) != KEEP:
            raise data.invalid(f'retention is "{KEEP}", or a table that says for how long')
        return None
    table = data.table("retention")
    rule = RetentionRule(
        trigger=table.member("trigger", Trigger, None),
        years=table.number("years", None),
        action=table.member("action", Action, Action.REVIEW),
        counted_from=table.member("counted_from", CountedFrom, CountedFrom.YEAR_END),
        label=table.label("label"),
        note=table.label("note"),
    )
    table.finish()
    return rule


def _field(data: DataTable) -> FieldSpec:
    spec = FieldSpec(
        name=data.text("name"),
        label=data.label("label"),
        kind=data.member("kind", FieldKind, FieldKind.TEXT),
        required=data.flag("required", default=False),
        choices=tuple(_choice(table) for table in data.tables("choices")),
        proposal=data.text("proposal", ""),
    )
    data.finish()
    if bool(spec.choices) != (spec.kind is FieldKind.CHOICE):
        raise data.invalid("choices belong to fields of kind choice, and those need them")
    return spec


def _choice(data: DataTable) -> Choice:
    choice = Choice(value=data.text("value"), label=data.label("label"))
    data.finish()
    return choice
