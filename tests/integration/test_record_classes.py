from pathlib import Path

import pytest

from muni_archive.domain.errors import DataFileInvalid, NotFound
from muni_archive.domain.record_class import FieldKind
from muni_archive.domain.retention import Action, CountedFrom, Trigger
from muni_archive.record_classes import FileRecordClasses, read_record_class
from muni_archive.scan_profiles import load_profiles, profile_labels

GOOD = """
id = "permit"
department = "permits"
label = { ar = "تصريح", en = "Permit" }
department_label = { ar = "التصاريح", en = "Permits" }

[[fields]]
name = "number"
kind = "number"
required = true
label = { ar = "الرقم", en = "Number" }
"""


def written(folder: Path, text: str, name: str = "permit.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_classes_are_complete() -> None:
    classes = {record_class.id: record_class for record_class in FileRecordClasses().all()}
    assert set(classes) == {"building_file", "employee_file", "engineering_drawing", "correspondence"}
    for record_class in classes.values():
        assert record_class.label["ar"] != record_class.label["en"]
        assert any(spec.required for spec in record_class.fields)
    building = classes["building_file"]
    assert [spec.name for spec in building.fields if spec.required] == ["parcel", "area"]
    kinds = building.field("licence_kind")
    assert kinds is not None
    assert len(kinds.choices) == 8
    civil_id = building.field("civil_id")
    assert civil_id is not None
    assert civil_id.kind is FieldKind.CIVIL_ID
    assert classes["engineering_drawing"].reading == "drawing"


def test_every_class_starts_with_a_profile_that_exists() -> None:
    names = {profile.name for profile in load_profiles()}
    assert {record_class.profile for record_class in FileRecordClasses().all()} <= names
    assert set(profile_labels()) == names


RULE = """
[retention]
trigger = "closed"
years = 10
action = "destroy"
label = { ar = "عشر سنوات", en = "Ten years" }
note = { ar = "قرار", en = "Decision" }
"""


def test_shipped_classes_are_kept_for_ever() -> None:
    assert {record_class.retention for record_class in FileRecordClasses().all()} == {None}


def test_a_rule_is_read(tmp_path: Path) -> None:
    rule = read_record_class(written(tmp_path, GOOD + RULE)).retention
    assert rule is not None
    assert (rule.trigger, rule.years, rule.action) == (Trigger.CLOSED, 10, Action.DESTROY)
    assert rule.counted_from is CountedFrom.YEAR_END
    assert rule.label["en"] == "Ten years"


def test_the_word_keep_is_a_rule_too(tmp_path: Path) -> None:
    kept = GOOD.replace('department = "permits"', 'department = "permits"\nretention = "keep"')
    assert read_record_class(written(tmp_path, kept)).retention is None
    with pytest.raises(DataFileInvalid, match="says for how long"):
        read_record_class(written(tmp_path, kept.replace('"keep"', '"10 years"')))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('trigger = "closed"', "", "trigger must be a text|trigger is missing"),
        ('"closed"', '"opened"', "opened is none of"),
        ("years = 10", "", "years is missing"),
        ("years = 10", "years = 0", "positive number"),
        ('"destroy"', '"burn"', "burn is none of"),
        ("years = 10", 'years = 10\nuntil = "x"', "until is not known"),
    ],
)
def test_mistakes_in_a_rule_are_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(DataFileInvalid, match=says):
        read_record_class(written(tmp_path, GOOD + RULE.replace(old, new, 1)))


def test_unknown_class_is_not_found() -> None:
    with pytest.raises(NotFound):
        FileRecordClasses().get("nothing")


def test_own_folder_replaces_the_shipped_classes(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    classes = FileRecordClasses(tmp_path)
    assert [record_class.id for record_class in classes.all()] == ["permit"]
    assert classes.get("permit").fields[0].required


def test_two_files_with_one_id_are_refused(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    written(tmp_path, GOOD, "again.toml")
    with pytest.raises(DataFileInvalid, match="twice"):
        FileRecordClasses(tmp_path).all()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "permit"', "", "id is missing"),
        ('kind = "number"', 'kind = "colour"', "colour is none of"),
        ("required = true", 'required = "yes"', "true or false"),
        ("required = true", "requird = true", "requird is not known"),
        (', en = "Permit"', "", "en is missing"),
        ('kind = "number"', 'kind = "choice"', "choices belong"),
        ("[[fields]]", "[fields]", "list of tables"),
        ("[[fields]]", "[[fields", "line"),
        ('department = "permits"', 'department = "permits"\nreading = "upside"', "reading must be"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(DataFileInvalid, match=says) as caught:
        read_record_class(path)
    assert str(path) in str(caught.value)


def test_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFileInvalid, match="no record class"):
        FileRecordClasses(tmp_path).all()
