"""The figures on the screen and on paper, in the direction of the language."""

from datetime import timedelta

import pypdfium2
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from muni_archive.domain.cases import StepOpened
from muni_archive.domain.events import CaseStarted, StepTaken
from muni_archive.domain.working_time import KUWAIT, WEEKEND
from muni_archive.messages import use_language
from muni_archive.services.procedures.library import find_procedure
from tests.helpers.audited import SetClock
from ui.charts.bars import Bar, draw_bars
from ui.charts.columns import Column, draw_columns, round_top
from ui.charts.look import look_on_paper
from ui.settings import Settings

HOURS = timedelta(hours=2)
GREEN = QColor("#0f766e")


@pytest.fixture
def taken_step(opened):
    """A step of a case that took two hours, and was due after one."""
    place = opened.place
    procedure, data = find_procedure(place, "archiving")
    place.vault.put(data)
    now = place.clock.now()
    while now.astimezone(KUWAIT).weekday() in WEEKEND or (now - HOURS).astimezone(KUWAIT).weekday() in WEEKEND:
        now -= HOURS
    due = (now - HOURS / 2).isoformat(timespec="microseconds")
    said = {"case_id": "c1", "version": procedure.version, "department": "building_licences"}
    began = CaseStarted(
        **said, procedure_id="archiving", title="x", record_class="building_file", file_reference="F",
        opened=(StepOpened(number=1, element="prepare", role="clerk", due=due),),
    )  # fmt: skip
    taken = StepTaken(
        **said, number=1, element="prepare", outcome="done", role="clerk", decided_at=now.isoformat(), end="archived"
    )
    for at, event in ((now - HOURS, began), (now, taken)):
        with opened._store.unit_of_work() as unit:
            unit._clock = SetClock(at=at)
            unit.record(event)
            unit.commit()


@pytest.fixture
def settings(tmp_path):
    kept = Settings(tmp_path / "window.json")
    kept.set("screen", "dashboard")
    return kept


def filled(shell, qtbot):
    screen = shell._screens["dashboard"]
    qtbot.waitUntil(lambda: screen.figures is not None, timeout=10_000)
    return screen


def test_figures_come_and_are_exported(two_documents, shell, qtbot, tmp_path):
    screen = filled(shell, qtbot)
    assert (screen.figures.pages, screen.figures.documents) == (2, 2)
    assert screen.waiting.count() == 5
    screen.export_sheet(tmp_path / "figures.pdf")
    qtbot.waitUntil((tmp_path / "figures.pdf").exists, timeout=10_000)
    document = pypdfium2.PdfDocument(tmp_path / "figures.pdf")
    assert len(document) == 1
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    assert "٢" in text
    screen.export_table(tmp_path / "figures.csv")
    qtbot.waitUntil((tmp_path / "figures.csv").exists, timeout=10_000)


def test_the_time_of_each_step_is_a_table_and_bars(taken_step, shell, qtbot, tmp_path):
    """On the screen, and on a page of its own."""
    screen = filled(shell, qtbot)
    table = screen.steps.model()
    assert table.rowCount() == 1
    cells = [table.index(0, at).data() for at in range(table.columnCount())]
    assert "١" in cells[2]
    assert "٢" in cells[3]
    assert "١٠٠" in cells[5]
    assert "٢" in screen.cards["cases"].accessibleDescription()
    screen.export_sheet(tmp_path / "figures.pdf")
    qtbot.waitUntil((tmp_path / "figures.pdf").exists, timeout=10_000)
    document = pypdfium2.PdfDocument(tmp_path / "figures.pdf")
    assert len(document) == 2
    assert "١٠٠" in document[1].get_textpage().get_text_bounded()
    document.close()


def test_the_chosen_time_is_remembered_and_counted(two_documents, shell, qtbot, settings):
    screen = filled(shell, qtbot)
    screen.figures = None
    screen.period.setCurrentIndex(0)
    screen.period.activated.emit(0)
    qtbot.waitUntil(lambda: screen.figures is not None, timeout=10_000)
    assert len(screen.figures.days) == 7
    assert settings.get("dashboard_days", 0) == 7


def test_a_chart_can_be_read_without_seeing_it(two_documents, shell, qtbot):
    screen = filled(shell, qtbot)
    assert "٢" in screen.cards["clerks"].accessibleDescription()
    assert screen.cards["quality"].accessibleName()


def painted(draw):
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    draw(painter, QRectF(0, 0, 400, 200), look_on_paper(QFont(), 14))
    painter.end()
    return image


def middle_of(image, color):
    """Where on the width the colour lies, from 0 to 1."""
    found = [x for x in range(image.width()) for y in range(0, image.height(), 3) if image.pixelColor(x, y) == color]
    return sum(found) / len(found) / image.width()


@pytest.mark.parametrize(("language", "first_on_the_right"), [("ar", True), ("en", False)])
def test_time_and_bars_run_with_the_language(qapp, language, first_on_the_right):
    use_language(language)
    columns = [Column(label=str(at), values=(9 if at == 0 else 0,)) for at in range(10)]
    days = painted(lambda painter, rect, look: draw_columns(painter, rect, columns, look, str))
    assert (middle_of(days, GREEN) > 0.5) is first_on_the_right

    bars = [Bar(label="a", value=1, said="1"), Bar(label="b", value=100, said="100")]
    places = []

    def draw(painter, rect, look):
        places.extend(draw_bars(painter, rect, bars, look))

    image = painted(draw)
    small = image.copy(places[0].toRect())
    assert (middle_of(small, GREEN) > 0.5) is first_on_the_right


@pytest.mark.parametrize(
    ("value", "top"), [(0, 4), (1, 1), (3, 4), (4, 4), (5, 8), (9, 10), (37, 40), (81, 100), (413, 800), (0.3, 0.4)]
)
def test_the_axis_ends_at_a_round_figure(value, top):
    assert round_top(value) == pytest.approx(top)
