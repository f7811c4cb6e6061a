"""What was asked for last stays, within its bound."""

from muni_archive.domain.recent import BESIDE, Recent


def test_what_nobody_asked_for_longest_goes_first():
    kept = Recent[str](3 * (100 + BESIDE))
    for name in "abc":
        kept.add(name, name.upper(), 100)
    assert kept.find("a") == "A"
    kept.add("d", "D", 100)
    assert [kept.find(name) for name in "abcd"] == ["A", None, "C", "D"]


def test_never_more_than_the_bound():
    kept = Recent[bytes](10_000)
    for number in range(1_000):
        kept.add(str(number % 70), b"", number % 977)
        assert 0 < kept.kept_bytes <= 10_000
    kept.add("too large", b"", 10_000)
    assert kept.find("too large") is None
    assert kept.kept_bytes == 0


def test_what_is_taken_away_costs_nothing():
    kept = Recent[str](10_000)
    kept.add("a", "A", 100)
    kept.add("a", "A", 200)
    assert kept.kept_bytes == 200 + BESIDE
    kept.remove("a")
    kept.remove("never here")
    assert kept.find("a") is None
    assert kept.kept_bytes == 0
