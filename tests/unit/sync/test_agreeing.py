"""Both sides speak the newest version that both know; where there is none, it is told who must be updated."""

import pytest

from muni_archive.domain.centre_errors import ProtocolTooNew, ProtocolTooOld
from muni_archive.domain.versions import PROTOCOL
from muni_archive.sync.agreeing import agree


class Centre:
    """It answers as `server.speaking` does; `asked` are the versions in which it was."""

    def __init__(self, oldest, newest):
        self.oldest, self.newest, self.asked = oldest, newest, []

    def __call__(self, version):
        self.asked.append(version)
        if version < self.oldest:
            raise ProtocolTooOld(have=version, need=self.oldest)
        if version > self.newest:
            raise ProtocolTooNew(have=version, need=self.newest)
        return "answered"


@pytest.mark.parametrize(
    ("oldest", "newest", "agreed"), [(1, PROTOCOL, PROTOCOL), (1, 2, 2), (1, 1, 1), (2, PROTOCOL + 6, PROTOCOL)]
)
def test_the_newest_that_both_know_is_spoken(oldest, newest, agreed):
    centre = Centre(oldest, newest)
    assert agree(centre, PROTOCOL) == ("answered", agreed)
    assert len(centre.asked) <= 2


def test_outside_the_limits_the_side_that_is_behind_is_named():
    with pytest.raises(ProtocolTooOld, match="update the program"):
        agree(Centre(PROTOCOL + 1, PROTOCOL + 2), PROTOCOL)
    with pytest.raises(ProtocolTooNew, match="update the centre"):
        agree(Centre(0, 0), PROTOCOL)


def test_what_needs_a_later_version_is_not_asked():
    centre = Centre(1, 2)
    with pytest.raises(ProtocolTooNew):
        agree(centre, PROTOCOL, least=PROTOCOL)
    assert centre.asked == [PROTOCOL]
    with pytest.raises(ProtocolTooNew):
        agree(centre, 2, least=PROTOCOL)
    assert centre.asked == [PROTOCOL]


@pytest.mark.parametrize("need", ["", "x", str(PROTOCOL), "9", "0", None])
def test_a_centre_that_says_nonsense_is_not_asked_for_ever(need):
    def ask(version):
        asked.append(version)
        raise ProtocolTooNew(have=version, need=need)

    asked = []
    with pytest.raises(ProtocolTooNew):
        agree(ask, PROTOCOL)
    assert asked == [PROTOCOL]
