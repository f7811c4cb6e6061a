"""An archive of many pages for the other benchmarks: real journal, tables and index; few distinct pictures and texts.

python tests/benchmarks/big_archive.py FOLDER [PAGES]
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from muni_archive.bootstrap import open_workplace
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.events import BatchClosed, BatchOpened, DocumentRevised, PageCaptured, PageRead
from muni_archive.domain.geometry import Box
from muni_archive.domain.reading import Line, Reading, Word
from muni_archive.imaging.examination import measure
from muni_archive.paths import resource_path
from muni_archive.services.accession import NewDocument, create_document
from muni_archive.services.follow_journal import reindex
from muni_archive.services.workplace import Workplace

PAGES_OF_A_DOCUMENT, DOCUMENTS_OF_A_BATCH, TEXTS, WORDS = 5, 40, 400, 160
VOCABULARY = tuple(
    """
    بلدية الكويت إدارة تراخيص البناء قسيمة قطعة منطقة شارع رخصة مالك المكتب الهندسي مخطط الدور الأرضي سكن خاص
    استثماري تجاري شهادة أوصاف محضر تفتيش مخالفة إزالة كتاب رقم تاريخ الموضوع السيد المدير المحترم تحية طيبة وبعد
    إشارة إلى كتابكم بشأن طلب إجازة دورية موظف القسم مراقبة الأغذية نظافة عقد شركة مقاول كفالة ضمان دفعة مستخلص
    """.split()  # noqa: SIM905
)


def reading(chance: random.Random) -> Reading:
    """A page of plausible words, some of them rare."""
    words = [
        chance.choice(VOCABULARY) if chance.random() < 0.85 else str(chance.randint(1, 99_999)) for _ in range(WORDS)
    ]
    lines = tuple(
        Line(
            words=tuple(
                Word(text=text, box=Box(2200 - 200 * at, 300 + 80 * row, 180, 50), confidence=0.9)
                for at, text in enumerate(words[row * 8 : row * 8 + 8])
            )
        )
        for row in range(WORDS // 8)
    )
    return Reading(engine="benchmark", width=2480, height=3508, lines=lines)


def fill(place: Workplace, pages: int) -> None:
    """Write the journal as clerks would, a batch a transaction."""
    chance = random.Random(11)
    pictures = [
        (path.read_bytes(), place.vault.put(path.read_bytes())) for path in resource_path("samples").glob("*.jpg")
    ]
    sizes = [(blob, measure(data)) for data, blob in pictures]
    readings = [place.vault.put(reading(chance).to_json()) for _ in range(TEXTS)]
    areas = ("السالمية", "حولي", "الجهراء", "الفروانية", "الأحمدي")
    for start in range(0, pages, PAGES_OF_A_DOCUMENT * DOCUMENTS_OF_A_BATCH):
        with place.unit_of_work() as unit:
            batch_id, ids = place.ids.new(), []
            unit.record(
                BatchOpened(batch_id=batch_id, device="benchmark", profile="text-300", record_class="building_file")
            )
            for at in range(min(PAGES_OF_A_DOCUMENT * DOCUMENTS_OF_A_BATCH, pages - start)):
                blob, size = chance.choice(sizes)
                ids.append(place.ids.new())
                unit.record(
                    PageCaptured(
                        page_id=ids[-1],
                        batch_id=batch_id,
                        position=at,
                        blob=blob,
                        media_type=size.media_type,
                        width=size.width,
                        height=size.height,
                        dpi=size.dpi,
                    )
                )
                unit.record(
                    PageRead(page_id=ids[-1], reading=chance.choice(readings), engine="benchmark", confidence=0.9)
                )
            for at in range(0, len(ids), PAGES_OF_A_DOCUMENT):
                part = tuple(ids[at : at + PAGES_OF_A_DOCUMENT])
                number = create_document(
                    place, unit, NewDocument(record_class="building_file", page_ids=part, batch_id=batch_id)
                )
                document = unit.records.document_by_number(number)
                unit.record(
                    DocumentRevised(
                        document_id=document.id,
                        version=2,
                        record_class=document.record_class,
                        department=document.department,
                        title=f"ملف {number}",
                        page_ids=part,
                        date=f"{chance.randint(1990, 2026)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
                        metadata={"parcel": str(chance.randint(1, 900)), "area": chance.choice(areas)},
                        registered=True,
                    )
                )
            count = len(ids)
            unit.record(BatchClosed(batch_id=batch_id, fed=count, kept=count, blank=0, separator=0, rejected=0))
            unit.commit()


def main(folder: Path, pages: int) -> None:
    with open_workplace(folder) as opened:
        started = time.perf_counter()
        fill(opened.place, pages)
        print(f"{pages} pages recorded in {time.perf_counter() - started:.0f} s")
        started = time.perf_counter()
        reindex(opened.place, cancel=CancelToken(), progress=lambda *_: None)
        print(f"indexed in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
