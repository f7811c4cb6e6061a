"""The line below says what somebody must do: update this program or the centre, see to a certificate, set a clock."""

from types import SimpleNamespace

import pytest

from muni_archive.domain.centre_errors import (
    AuthorityMissing,
    CentreDiskFull,
    CentreTooNew,
    CentreUnreachable,
    CentreUntrusted,
    ProtocolTooNew,
    ProtocolTooOld,
    StationParted,
    SyncEnded,
)
from muni_archive.domain.errors import DiskFull
from muni_archive.domain.together import Left
from muni_archive.messages import use_language
from muni_archive.services.together.state import LineState
from muni_archive.services.together.synchronising import News, Side
from ui.centre.line import CentreLine
from ui.centre.status import CentreStatus
from ui.centre.words import details, headline
from ui.i18n import number

PROGRAM = ("This program must be updated", "يجب تحديث هذا البرنامج")
CENTRE = ("The centre must be updated", "يجب تحديث المركز")
PROOF = ("What answers does not prove to be the centre", "من يجيب لم يُثبت أنه المركز")
AUTHORITY = ("Nothing is sent to the centre: the file", "لا يُرسل شيء إلى المركز: لا يمكن استعمال ملف الجهة")
FULL_HERE = ("This computer's disk is full", "امتلأ قرص هذا الحاسوب")
FULL_THERE = ("The centre's disk is full", "امتلأ قرص المركز")
ATTENTION = ("The centre needs attention", "الاتصال بالمركز يحتاج إلى تدخل")


@pytest.fixture(params=["en", "ar"])
def language(request):
    use_language(request.param)
    yield ["en", "ar"].index(request.param)
    use_language("en")


def line(entries=0, documents=0, **state):
    return SimpleNamespace(
        state=LineState(contact=object(), **state), left=Left(entries=entries, files=0, documents=documents),
        link=None, lost=(), trouble=None,
    )  # fmt: skip


def test_a_process_that_ends_each_time_outranks_all_that_was_heard_before(qapp, language):
    error, away = SyncEnded(detail="code 9"), {Side.SENDING: CentreUnreachable(detail="cut")}
    now = headline(line(ended=error, last_error=error, failing=away))
    assert (now.icon, now.role) == ("alert", "alertText")
    assert now.text.startswith(("Nothing is sent to the centre", "لا شيء يُرسل إلى المركز")[language])


def test_another_process_that_synchronises_is_no_error_and_calls_nothing_safe(qapp, language):
    said = ("Another process synchronises this archive", "عملية أخرى تزامن هذا الأرشيف")[language]
    for left in ({}, {"entries": 3, "documents": 1}):
        now = headline(line(**left, elsewhere=True))
        assert now.role == "accent"
        assert now.text.startswith(f"{said} · ")
        assert now.icon == ("upload" if left else "check")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ProtocolTooOld(have=3, need=4), PROGRAM),
        (CentreTooNew(kind="page-dreamt"), PROGRAM),
        (ProtocolTooNew(have=3, need=2), CENTRE),
        (CentreUntrusted(detail="certificate has expired"), PROOF),
        (AuthorityMissing(path="/archive/authority.pem", detail="x"), AUTHORITY),
        (DiskFull(), FULL_HERE),
        (CentreDiskFull(), FULL_THERE),
        (StationParted(sequence=4), ATTENTION),
    ],
    ids=lambda value: getattr(value, "code", ""),
)
def test_an_error_names_the_side_that_is_behind(qapp, language, error, said):
    now = headline(line(failing={Side.SENDING: error}, last_error=error))
    assert (now.icon, now.role) == ("alert", "alertText")
    assert now.text.startswith(said[language])


def test_what_waits_here_is_said_until_it_goes(qapp, language, monkeypatch):
    monkeypatch.setattr("ui.centre.words._time", lambda _when: "-")
    held = line(entries=3, documents=1, acknowledged=8, held=True)
    assert headline(held).text.startswith(CENTRE[language])
    assert any(number(9) in value for _label, value in details(held))
    assert headline(line(entries=3, acknowledged=8)).icon == "upload"
    assert headline(line(held=True)).icon == "shield-check"


def test_a_certificate_that_does_not_count_is_not_hidden_by_a_line_that_is_away(qapp, language):
    errors = CentreUnreachable(detail="x"), CentreUntrusted(detail="certificate has expired")
    now = headline(line(failing=dict(zip(Side, errors, strict=True))))
    assert (now.role, now.text.startswith(PROOF[language])) == ("alertText", True)


CLOCK = ("This computer's clock: {} days fast; set it", "ساعة هذا الحاسوب: متقدمة {} يومًا؛ اضبطها")
SAFE = ("Everything is safe at the centre", "كل شيء محفوظ في المركز")
YEAR_S = 365 * 86_400.0


@pytest.mark.parametrize("failing", [{}, {Side.SENDING: StationParted(sequence=4)}], ids=["safe", "failing"])
def test_a_wrong_clock_stands_behind_how_it_is(qapp, language, failing, monkeypatch):
    monkeypatch.setattr("ui.centre.words._time", lambda _when: "-")
    wrong = line(failing=failing, clock_ahead=YEAR_S)
    right = headline(line(failing=failing, clock_ahead=0.0))
    said = CLOCK[language].format(number(365))
    assert headline(wrong).text == f"{right.text} · {said}"
    assert (headline(wrong).icon, headline(wrong).role) == ("alert", "alertText")
    assert right.text.startswith((ATTENTION if failing else SAFE)[language])
    assert any(label in said and value in said for label, value in details(wrong))
    assert not any(label in said for label, _value in details(line(clock_ahead=0.0)))


def test_the_window_points_a_wrong_clock_out_until_it_is_set(shell, monkeypatch):
    monkeypatch.setattr(CentreLine, "together", object())
    shown, centre = shell.findChild(CentreStatus), shell._centre
    centre.left = Left(entries=0, files=0, documents=0)
    said = CLOCK[1].format(number(365))
    centre._heard(News(side=Side.SENDING, clock_ahead=YEAR_S))
    assert shown.text().endswith(f"{SAFE[1]} · {said}")
    centre._heard(News(side=Side.SENDING, error=StationParted(sequence=4)))
    centre._heard(News(side=Side.SENDING, clock_ahead=YEAR_S))  # the centre tells its time to whom it refuses
    assert shown.text().endswith(f" · {said}")
    assert ATTENTION[1] in shown.text()
    centre._heard(News(side=Side.SENDING, clock_ahead=0.0))
    assert shown.text().endswith(ATTENTION[1])
