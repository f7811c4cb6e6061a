"""A station that is enrolled again for other departments: what its copy told before counts no more, whatever is cut."""

from unittest.mock import patch

import pytest

from muni_archive import bootstrap
from muni_archive.bootstrap import enrol_archive, open_centre, open_together, open_workplace
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.centre_errors import CentreUnreachable
from muni_archive.domain.errors import DepartmentElsewhere
from muni_archive.domain.events import DocumentRevised, StationEnrolled
from muni_archive.domain.together import BEGINNING
from muni_archive.services.centre.enrolling import invite_station
from muni_archive.services.own_departments import offered_classes
from muni_archive.services.together import synchronising
from muni_archive.services.together.following import take_over_news
from muni_archive.services.together.synchronising import forget_copy, synchronise_once
from muni_archive.sync.client import CentreClient
from muni_archive.sync.state import load_link, load_taken, save_taken
from tests.helpers.linked import linked_directly, revise_document
from tests.helpers.serving import served_here
from tests.integration.centre.test_own_departments import classes_of, enter


@pytest.fixture
def centre(tmp_path):
    with open_centre(tmp_path / "centre") as opened, served_here(opened) as port:
        yield lambda *departments: {
            "url": f"http://127.0.0.1:{port}", "code": invite_station(opened.centre, departments)
        }  # fmt: skip


@pytest.fixture
def classes(tmp_path):
    """One of each of two departments."""
    with open_workplace(tmp_path / "A1") as opened:
        return classes_of(opened.place)


def follow(archive):
    """As the process that follows does, and then the window."""
    with open_workplace(archive, create=False) as own, open_together(archive, own.place) as line:
        synchronise_once(line.together, cancel=CancelToken(), told=lambda _news: None)
        departments = load_link(archive).departments
        _taken, at = take_over_news(
            own.place.unit_of_work, line.together.copy, after=load_taken(archive), departments=lambda: departments
        )
        save_taken(archive, at, departments)


def until_enrolled(real):
    """The line is cut behind the first enrolment that the feed tells."""

    def feed(self, *, after, link, wait=0):
        if after:
            raise CentreUnreachable(detail="stopped here")
        found = real(self, after=after, link=link, wait=wait)
        at = next(at for at, entry in enumerate(found) if entry.kind == StationEnrolled.kind)
        return found[: at + 1]

    return feed


def lost(real):
    def enrol(*args, **said):
        real(*args, **said)
        raise CentreUnreachable(detail="the answer is lost")

    return enrol


def test_half_a_copy_says_nothing_of_the_departments(tmp_path, centre, classes):
    archive, (first, second) = tmp_path / "A1", classes
    enrol_archive(archive, **centre(first.department))
    with open_workplace(archive, create=False) as opened:
        enter(opened.place, "one", first)
    follow(archive)
    enrol_archive(archive, **centre(second.department))
    with patch.object(CentreClient, "feed", until_enrolled(CentreClient.feed)), pytest.raises(CentreUnreachable):
        follow(archive)
    with open_workplace(archive, read_only=True) as own, open_together(archive, own.place) as line:
        with open_workplace(archive, create=False) as window:
            assert {each.department for each in offered_classes(window.place)} == {second.department}
            with pytest.raises(DepartmentElsewhere):
                enter(window.place, "two", first)
            enter(window.place, "three", second)
        synchronise_once(line.together, cancel=CancelToken(), told=lambda _news: None)
        with line.together.copy() as unit:
            there = [each.department for each in unit.records.documents()]
            assert sorted(there) == sorted([first.department, second.department]), "its own, and what came since"
    assert list(load_link(archive).departments) == [second.department]


def test_a_look_that_began_before_it_was_enrolled_again_is_no_look_at_the_new_copy(tmp_path, centre, classes):
    archive, (first, second) = tmp_path / "A1", classes
    enrol_archive(archive, **centre(first.department))
    follow(archive)
    looked, departments = load_taken(archive), load_link(archive).departments
    enrol_archive(archive, **centre(second.department))
    save_taken(archive, looked, departments)  # the window had begun it
    assert load_taken(archive) == BEGINNING
    save_taken(archive, looked, load_link(archive).departments)
    assert load_taken(archive) == looked


def test_half_a_copy_gives_no_version_of_the_departments_of_before(tmp_path):
    with open_centre(tmp_path / "centre") as opened:
        every, limited = linked_directly(tmp_path, opened, "A1"), linked_directly(tmp_path, opened, "L1")
        document = limited.add_document("x")
        limited.sync()
        every.sync()
        for department in ("personnel", "licences"):
            revise_document(every, document, department=department, title=f"in {department}")
            every.sync()
        with opened.centre.unit_of_work() as unit:
            before = unit.records.last_sequence()
        limited.enrol(opened, ("licences",))
        forget_copy(limited.together)
        whole = limited.line.feed

        def in_two_parts(*, after, link, wait=0):
            """As a journal of more than two thousand entries comes."""
            entries = whole(after=after, link=link)
            return [entry for entry in entries if entry.sequence <= before or after >= before]

        limited.line.feed = in_two_parts
        synchronise_once(
            limited.together, cancel=CancelToken(), told=lambda news: limited.take_over() if news.central else None
        )
        limited.sync()
        with limited.store.unit_of_work() as unit:
            assert [each.department for each in unit.records.versions(document)] == ["licences", "licences"]
            assert unit.records.document(document).title == "in licences"
        assert limited.line.standing()[0].sequence == limited.entries()[-1].sequence, "all of it was sent"
        every.close()
        limited.close()


@pytest.mark.parametrize("killed", [False, True])
def test_an_answer_that_is_lost_leaves_no_copy_of_the_departments_of_before(tmp_path, centre, classes, killed):
    archive, other, (first, second) = tmp_path / "A1", tmp_path / "B2", classes
    with open_workplace(other):
        pass
    enrol_archive(other, **centre())
    with open_workplace(other, create=False) as opened:
        enter(opened.place, "b", second)
        enter(opened.place, "a", first)
    follow(other)
    enrol_archive(archive, **centre(first.department))
    follow(archive)
    assert load_taken(archive).sequence
    with patch.object(bootstrap, "enrol", lost(bootstrap.enrol)), pytest.raises(CentreUnreachable):
        enrol_archive(archive, **centre(second.department))
    assert list(load_link(archive).departments) == [first.department]
    with open_workplace(other, create=False) as opened, opened.place.unit_of_work() as unit:
        (document,) = [each for each in unit.records.documents() if each.department == second.department]
        said = {"record_class": document.record_class, "department": document.department, "registered": True}
        unit.record(
            DocumentRevised(
                document_id=document.id, version=2, base=document.entry, title="changed", page_ids=document.page_ids,
                **said,
            )
        )  # fmt: skip
        unit.commit()
    follow(other)
    if killed:  # when the copy has come as far as the centre
        with patch.object(synchronising, "hear_departments", side_effect=SystemExit), pytest.raises(SystemExit):
            follow(archive)
    follow(archive)
    assert list(load_link(archive).departments) == [second.department]
    assert load_link(archive).whole
    with open_workplace(archive, create=False) as own, open_together(archive, own.place, read_only=True) as line:
        assert {each.department for each in offered_classes(own.place)} == {second.department}
        with line.together.copy() as unit:
            (there,) = unit.records.documents()
            assert [each.title for each in unit.records.versions(there.id)] == ["t", "changed"]
