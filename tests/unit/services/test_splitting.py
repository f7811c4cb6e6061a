from muni_archive.domain.journal import canonical_json
from muni_archive.domain.record_class import RecordClass
from muni_archive.services.capture_batch.splitting import FedPage, Part, split_parts


def known(class_id: str) -> RecordClass:
    label = {"ar": class_id, "en": class_id}
    return RecordClass(id=class_id, label=label, department="d", department_label=label, fields=())


def kept(name: str) -> FedPage:
    return FedPage(page_id=name, state="kept", separator="")


def sheet(record_class: str = "", file_reference: str = "") -> FedPage:
    code = canonical_json(["qr", record_class, file_reference])
    return FedPage(page_id="s", state="separator", separator=code)


def split(*pages: FedPage) -> list[Part]:
    return list(split_parts([known("building_file"), known("correspondence")], pages, "building_file", "F-1"))


def test_without_separators_there_is_one_part():
    assert split(kept("a"), kept("b")) == [
        Part(record_class="building_file", file_reference="F-1", page_ids=["a", "b"])
    ]


def test_what_one_sheet_names_does_not_bleed_into_the_next_part():
    parts = split(kept("a"), sheet("correspondence", "F-2"), kept("b"), sheet(), kept("c"))
    assert [(p.record_class, p.file_reference, p.page_ids) for p in parts] == [
        ("building_file", "F-1", ["a"]),
        ("correspondence", "F-2", ["b"]),
        ("building_file", "F-1", ["c"]),
    ]


def test_a_sheet_that_names_a_class_alone_takes_no_file_from_the_batch():
    assert split(sheet("correspondence"), kept("a"))[0].file_reference is None


def test_a_foreign_class_falls_back_to_the_batchs_own():
    assert split(sheet("martian", "F-9"), kept("a"))[0].record_class == "building_file"


def test_pages_set_aside_and_empty_parts_make_no_document():
    blank = FedPage(page_id="x", state="blank", separator="")
    rejected = FedPage(page_id="y", state="rejected", separator="")
    assert [p.page_ids for p in split(sheet(), blank, sheet(), kept("a"), rejected)] == [["a"]]
