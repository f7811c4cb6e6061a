"""A station of some departments enters nothing that its centre would refuse: what followed would be refused as well."""

import json
from dataclasses import replace

import httpx
import pytest

from muni_archive.bootstrap import enrol_archive, open_centre, open_together, open_workplace
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import DepartmentElsewhere
from muni_archive.services.accession import NewDocument, create_document
from muni_archive.services.capture_batch.opening import open_batch
from muni_archive.services.capture_batch.splitting import FedPage, split_parts
from muni_archive.services.centre.enrolling import invite_station
from muni_archive.services.import_files import import_files
from muni_archive.services.own_departments import offered_classes
from muni_archive.services.register_document import described
from muni_archive.services.together.synchronising import synchronise_once
from muni_archive.sync.keys import find_key
from muni_archive.sync.signing import public_half
from muni_archive.sync.state import FILE, load_link
from tests.helpers.serving import served_here
from tests.helpers.stores import batch, page


@pytest.fixture
def centre(tmp_path):
    with open_centre(tmp_path / "centre") as opened, served_here(opened) as port:
        yield lambda *departments: {
            "url": f"http://127.0.0.1:{port}", "code": invite_station(opened.centre, departments)
        }  # fmt: skip


def enter(place, key, record_class):
    """A document of one page, as it comes from a batch."""
    blob = place.vault.put(key.encode())
    with place.unit_of_work() as unit:
        unit.lock()
        for event in (batch(f"b{key}"), page(f"p{key}", f"b{key}", blob, 0)):
            unit.record(event)
        new = NewDocument(record_class=record_class.id, page_ids=(f"p{key}",), batch_id=f"b{key}", title="t")
        create_document(place, unit, new)
        unit.commit()


def classes_of(place):
    """One of the first class's department, and one of another."""
    mine, *rest = place.record_classes.all()
    return mine, next(each for each in rest if each.department != mine.department)


def test_what_is_entered_under_another_department_is_refused_here_and_the_rest_goes_on(tmp_path, centre):
    archive = tmp_path / "A1"
    with open_workplace(archive, create=True) as opened:
        mine, other = classes_of(opened.place)
    enrol_archive(archive, **centre(mine.department))
    with open_workplace(archive, create=False) as opened, open_together(archive, opened.place) as line:
        place = opened.place
        with pytest.raises(DepartmentElsewhere) as refused:
            enter(place, "other", other)
        said = set(map(str, refused.value.params.values()))
        assert said == {each.department_label["en"] for each in (mine, other)}
        enter(place, "mine", mine)
        synchronise_once(line.together, cancel=CancelToken(), told=lambda _news: None)
        with line.together.copy() as unit:
            assert unit.records.count_documents() == 1


def test_nothing_of_another_department_is_offered_begun_imported_or_described(tmp_path, centre):
    archive = tmp_path / "A1"
    with open_workplace(archive, create=True) as opened:
        mine, other = classes_of(opened.place)
        every = opened.place.record_classes.all()
        assert list(offered_classes(opened.place)) == list(every)
    enrol_archive(archive, **centre(mine.department))
    with open_workplace(archive, create=False) as opened:
        place = opened.place
        own = [each for each in every if each.department == mine.department]
        assert list(offered_classes(place)) == own
        assert other in offered_classes(place, besides=other.id)
        with pytest.raises(DepartmentElsewhere):
            open_batch(place, device="d", profile=None, record_class=other.id)
        with pytest.raises(DepartmentElsewhere):
            import_files(place, [], record_class=other.id, cancel=CancelToken(), progress=lambda *_: None)
        with pytest.raises(DepartmentElsewhere):
            described(place, title="t", record_class=other.id, file_reference=None, date=None, metadata={})
        sheet = FedPage(page_id="s", state="separator", separator=json.dumps(["qr", other.id, "F-9"]))
        kept = FedPage(page_id="p", state="kept", separator="")
        (part,) = split_parts(offered_classes(place), [sheet, kept], mine.id, "F-1")
        assert (part.record_class, part.file_reference) == (mine.id, "F-9")


def test_where_no_class_is_of_the_stations_departments_choosing_one_says_so(tmp_path, centre):
    archive = tmp_path / "A1"
    with open_workplace(archive, create=True) as opened:
        every = opened.place.record_classes.all()
    enrol_archive(archive, **centre("unheard-of"))
    with open_workplace(archive, create=False) as opened:
        assert list(offered_classes(opened.place)) == list(every)
        with pytest.raises(DepartmentElsewhere):
            open_batch(opened.place, device="d", profile=None, record_class=every[0].id)


def test_a_station_that_an_older_program_enrolled_hears_its_departments_from_the_copy(tmp_path, centre):
    archive = tmp_path / "A1"
    with open_workplace(archive, create=True) as opened:
        mine, _other = classes_of(opened.place)
    enrol_archive(archive, **centre(mine.department))
    with open_workplace(archive, read_only=True) as opened, open_together(archive, opened.place) as line:
        synchronise_once(line.together, cancel=CancelToken(), told=lambda _news: None)
    said = json.loads((archive / FILE).read_text(encoding="utf-8"))
    del said["departments"]
    (archive / FILE).write_text(json.dumps(said), encoding="utf-8")
    assert load_link(archive) == replace(load_link(archive), departments=None)
    with open_workplace(archive, read_only=True) as opened:
        assert list(opened.place.departments()) == []
        open_together(archive, opened.place).close()
        assert list(opened.place.departments()) == [mine.department]


def test_who_enrols_again_with_the_key_that_counts_works_for_other_departments(tmp_path, centre):
    archive = tmp_path / "A1"
    with open_workplace(archive, create=True) as opened:
        classes = classes_of(opened.place)
    for record_class in classes:
        enrol_archive(archive, **centre(record_class.department))
        with open_workplace(archive, read_only=True) as opened, open_together(archive, opened.place) as line:
            synchronise_once(line.together, cancel=CancelToken(), told=lambda _news: None)
            assert list(opened.place.departments()) == [record_class.department]


def test_nobody_enrols_a_known_station_without_its_signature(tmp_path, centre):
    archive, said = tmp_path / "A1", centre()
    with open_workplace(archive, create=True):
        pass
    link = enrol_archive(archive, **said)
    public_key = public_half(find_key(archive, link.station_id))
    told = {"code": centre()["code"], "station_id": link.station_id, "name": "X", "public_key": public_key}
    spoken = {"muni-protocol": "3"}
    with open_workplace(archive, read_only=True) as opened:
        told["name"] = opened.place.station
    for headers in (spoken, {**spoken, "muni-signature": "00" * 64}):
        answer = httpx.post(f"{said['url']}/v1/enrol", json=told, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
