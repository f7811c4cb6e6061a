"""Two people, one redaction: who may decide what, and what is given out in the end."""

from __future__ import annotations

import pytest

from muni_archive.cli.main import main
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import NotFound, WrongUse
from muni_archive.domain.events import DocumentRevised
from muni_archive.domain.geometry import Box
from muni_archive.domain.mark_errors import (
    NotProposer,
    OnlyLookedAt,
    OwnProposal,
    RedactionInvalid,
    RedactionNotApproved,
    RedactionSettled,
)
from muni_archive.domain.redaction import HiddenArea, RedactionState
from muni_archive.services.redaction.deciding import approve_redaction, preview_redaction, refuse_redaction
from muni_archive.services.redaction.finding import field_values, occurrences, places_of_field, word_at
from muni_archive.services.redaction.material import current_material
from muni_archive.services.redaction.proposing import propose_redaction, redactions_of, withdraw_redaction
from muni_archive.services.redaction.releasing import export_redacted, released_name
from muni_archive.services.view_document import view_document
from tests.helpers.redactable import CIVIL_ID, OWNER, archive_with, drawn, saved, working_as
from tests.helpers.stores import problems, record


@pytest.fixture
def opened(tmp_path):
    image, reading = drawn()
    with archive_with(tmp_path / "a", (saved(image.convert("1"), "PNG"), reading)) as opened:
        yield opened


@pytest.fixture
def proposed(opened):
    material = current_material(opened.place, "d1")
    areas = [HiddenArea(p.page_id, p.box, "privacy") for p in occurrences(material, CIVIL_ID)]
    return propose_redaction(opened.place, "d1", areas, " للإفراج ")


def look(place, redaction):
    return preview_redaction(place, redaction.id, cancel=CancelToken())


def test_what_was_seen_is_what_is_given_out(opened, proposed, tmp_path):
    number = view_document(opened.place, "d1").document.number
    with pytest.raises(RedactionNotApproved):
        export_redacted(opened.place, number, tmp_path / "out.pdf")
    with working_as(opened, "second") as place:
        seen = look(place, proposed)
        done = approve_redaction(place, seen, "صحيح")
    export_redacted(opened.place, number, tmp_path / "out.pdf")

    assert (tmp_path / "out.pdf").read_bytes() == seen.data
    assert (done.state, done.decided_by, done.decision_note) == (RedactionState.APPROVED, "second", "صحيح")
    assert problems(opened._store) == []


def test_nobody_approves_or_refuses_what_they_proposed(opened, proposed):
    seen = look(opened.place, proposed)
    with pytest.raises(OwnProposal):
        approve_redaction(opened.place, seen)
    with working_as(opened, " FIRST ") as place:
        with pytest.raises(OwnProposal):
            approve_redaction(place, look(place, proposed))
        with pytest.raises(OwnProposal):
            refuse_redaction(place, proposed.id, "لا")


def test_who_approves_must_have_looked(opened, proposed):
    with working_as(opened, "second") as place:
        seen = look(place, proposed)
    with working_as(opened, "third") as place, pytest.raises(WrongUse, match="another person has looked"):
        approve_redaction(place, seen)


def test_it_is_decided_once(opened, proposed):
    with working_as(opened, "second") as place:
        seen = look(place, proposed)
        with pytest.raises(RedactionInvalid):
            refuse_redaction(place, proposed.id, " ")
        refuse_redaction(place, proposed.id, "الهاتف ظاهر")
        with pytest.raises(RedactionSettled, match="second"):
            approve_redaction(place, seen)
    with pytest.raises(RedactionSettled):
        withdraw_redaction(opened.place, proposed.id)
    assert redactions_of(opened.place, "d1")[0].decision_note == "الهاتف ظاهر"


def test_a_proposal_is_taken_back_by_its_proposer(opened, proposed):
    with working_as(opened, "second") as place, pytest.raises(NotProposer):
        withdraw_redaction(place, proposed.id)
    withdraw_redaction(opened.place, proposed.id)
    with opened.place.unit_of_work() as unit:
        assert unit.redactions.waiting() == []
        with pytest.raises(NotFound):
            unit.redactions.redaction("none")


def test_a_later_version_does_not_change_what_was_approved(opened, proposed, tmp_path):
    document = view_document(opened.place, "d1").document
    revised = DocumentRevised(document_id="d1", version=2, record_class="building_file", department="licences",
                              title="عنوان آخر", page_ids=(), base=document.entry)  # fmt: skip
    record(opened._store, revised)
    with working_as(opened, "second") as place:
        approve_redaction(place, look(place, proposed))
    redaction = export_redacted(opened.place, document.number, tmp_path / released_name(document))
    assert redaction.version == 1


def test_a_file_name_may_not_say_it(opened, proposed, tmp_path):
    with working_as(opened, "second") as place:
        approve_redaction(place, look(place, proposed))
    with pytest.raises(WrongUse, match="name of the file"):
        export_redacted(opened.place, "T1-2026-000001", tmp_path / f"نسخة_{CIVIL_ID}.pdf")
    assert list(tmp_path.glob("*.pdf")) == []


@pytest.mark.parametrize(
    "areas",
    [
        [],
        [HiddenArea("p0", Box(900, 0, 10, 10), "privacy")],
        [HiddenArea("p9", Box(0, 0, 10, 10), "privacy")],
        [HiddenArea("p0", Box(0, 0, 10, 10), "because")],
    ],
)
def test_what_cannot_be_proposed(opened, areas):
    with pytest.raises(RedactionInvalid):
        propose_redaction(opened.place, "d1", areas)


def test_a_copy_of_what_is_elsewhere_is_only_looked_at(opened):
    from dataclasses import replace

    with pytest.raises(OnlyLookedAt):
        propose_redaction(replace(opened.place, copied=True), "d1", [HiddenArea("p0", Box(0, 0, 9, 9), "privacy")])


def test_a_name_or_number_is_found_however_it_stands_there(opened):
    material = current_material(opened.place, "d1")
    assert len(occurrences(material, "عبد اللطيف")) == 0
    assert [place.text for place in occurrences(material, OWNER)] == [OWNER, OWNER]
    assert [place.text for place in occurrences(material, "٢٨٥٠١٠١١٢٣٤٥")] == [CIVIL_ID, "٢٨٥٠١٠١١٢٣٤٥"]
    assert [place.text for place in occurrences(material, "بطاقه")] == []
    assert len(occurrences(material, "البطاقه")) == 1
    (field,) = field_values(opened.place, material)
    assert len(places_of_field(material, field.field, field.value)) == 2
    place = occurrences(material, "القسيمة")[0]
    assert word_at(material, "p0", place.box.x + 5, place.box.y + 5).text == "القسيمة"
    assert word_at(material, "p0", 1, 1) is None


def test_from_the_command_line(tmp_path, capsys, monkeypatch):
    image, reading = drawn()
    with archive_with(tmp_path / "a", (saved(image, "PNG"), reading)):
        pass

    def run(name, *words):
        monkeypatch.setenv("MUNI_ARCHIVE_OPERATOR", name)
        code = main(["--archive", str(tmp_path / "a"), *words])
        return code, capsys.readouterr()

    code, said = run("first", "redact", "propose", "T1-2026-000001", "--hide", CIVIL_ID, "--hide", OWNER)
    assert code == 0
    redaction = said.out.split()[0]
    assert "4" in said.out
    assert redaction in run("second", "redact", "list")[1].out
    code, said = run("first", "redact", "approve", redaction)
    assert code == 2
    assert "first" in said.err
    assert run("second", "redact", "preview", redaction, "--to", str(tmp_path / "look.pdf"))[0] == 0
    assert run("second", "export", "T1-2026-000001", "--redacted", "--to", str(tmp_path / "out.pdf"))[0] == 2
    assert run("second", "redact", "approve", redaction)[0] == 0
    assert run("second", "export", "T1-2026-000001", "--redacted", "--to", str(tmp_path / "out.pdf"))[0] == 0
    assert (tmp_path / "out.pdf").stat().st_size > 1000
    assert "approved" in run("first", "redact", "list", "T1-2026-000001")[1].out
    assert run("first", "redact", "list")[1].out == ""
    code, said = run("first", "redact", "propose", "T1-2026-000001", "--hide", "لايوجد")
    assert code == 2
    assert "لايوجد" in said.err
    code, said = run("first", "redact", "propose", "T1-2026-000001", "--area", "1:10,10,50,40", "--reason", "security")
    assert code == 0
    assert run("second", "redact", "refuse", said.out.split()[0], "--why", "no")[0] == 0
