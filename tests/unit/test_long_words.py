"""A word may be as long as a field: folding it takes a time that grows as it does, and not as its square."""

from muni_archive.search.hamza import unify_hamza

MOST = 900_000
"""Signs. Looked for at each place within a word, a hamza that is not there took hours."""


def test_a_word_without_a_hamza():
    assert unify_hamza("ب" * MOST) == "ب" * MOST


def test_a_word_that_ends_with_one():
    assert unify_hamza("ب" * MOST + "يء") == "ب" * MOST + "ي"


def test_each_word_of_several():
    assert unify_hamza("مسئول بناؤها 12ماء_شيء") == "مسوول بناءها 12ماء_شي"
