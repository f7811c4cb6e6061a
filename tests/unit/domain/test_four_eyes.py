"""Nobody approves what they entered, began or decided before."""

from muni_archive.domain.cases import CaseActor
from muni_archive.domain.four_eyes import Bar, Trail, bar_to_approval

TRAIL = Trail(
    entered=frozenset({"Ali"}),
    starter=frozenset({"Badr"}),
    taken=(("prepare", frozenset({"Carim"})), ("review", frozenset({"Dana", "Essa"}))),
)


def bar(*people, element="accept", apart=True):
    return bar_to_approval(frozenset(people), element, TRAIL, apart_from_starter=apart)


def test_who_had_a_hand_in_it_does_not_approve():
    assert bar("Ali") is Bar.ENTERED
    assert bar("Badr") is Bar.STARTED
    assert bar("Carim") is Bar.DECIDED
    assert bar("Fahad") is None


def test_a_delegate_counts_as_both():
    assert bar("Fahad", "Ali") is Bar.ENTERED
    assert bar("Essa") is Bar.DECIDED


def test_two_spellings_are_one_person():
    assert bar("  ali ") is Bar.ENTERED


def test_who_returned_a_case_looks_at_it_again_at_the_same_step():
    assert bar("Dana", element="review") is None
    assert bar("Carim", element="review") is Bar.DECIDED


def test_only_having_begun_it_can_be_allowed_by_a_step():
    assert bar("Badr", apart=False) is None
    assert bar("Ali", apart=False) is Bar.ENTERED


def test_a_role_of_ones_own_comes_before_one_that_was_lent():
    actor = CaseActor(name="Fahad", roles=frozenset({"reviewer"}), delegated={"supervisor": "Ali", "reviewer": "Badr"})
    assert actor.people("supervisor", "licences") == {"Fahad", "Ali"}
    assert actor.people("reviewer", "licences") == {"Fahad"}
