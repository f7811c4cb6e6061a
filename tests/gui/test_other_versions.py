"""The line below says who must be updated: this program or the centre."""

from types import SimpleNamespace

import pytest

from muni_archive.domain.centre_errors import CentreTooNew, ProtocolTooNew, ProtocolTooOld, StationParted
from muni_archive.domain.together import Left
from muni_archive.messages import use_language
from muni_archive.services.together.state import LineState
from muni_archive.services.together.synchronising import Side
from ui.centre.words import details, headline
from ui.i18n import number

PROGRAM = ("This program must be updated", "يجب تحديث هذا البرنامج")
CENTRE = ("The centre must be updated", "يجب تحديث المركز")
ATTENTION = ("The centre needs attention", "الاتصال بالمركز يحتاج إلى تدخل")


@pytest.fixture(params=["en", "ar"])
def language(request):
    use_language(request.param)
    yield ["en", "ar"].index(request.param)
    use_language("en")


def line(entries=0, documents=0, **state):
    return SimpleNamespace(
        state=LineState(contact=object(), **state), left=Left(entries=entries, files=0, documents=documents),
        link=None, lost=(), last_words="", child=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ProtocolTooOld(have=3, need=4), PROGRAM),
        (CentreTooNew(kind="page-dreamt"), PROGRAM),
        (ProtocolTooNew(have=3, need=2), CENTRE),
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
