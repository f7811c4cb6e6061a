"""What a redaction hides, in words: what must be nowhere in the copy, and what its title may still say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from muni_archive.domain.geometry import Box
from muni_archive.domain.redaction import hidden_proposals, hidden_words
from muni_archive.rendition.access_copy import words
from muni_archive.search.folding import fold, query_words
from muni_archive.services.redaction.finding import AROUND, date_in
from muni_archive.services.redaction.material import Material

HIDDEN = "×××"
_LONG = 4
"""Signs from which a hidden word is looked for within longer ones."""


def hidden_texts(material: Material, boxes: Mapping[str, Sequence[Box]]) -> tuple[str, ...]:
    """Every word under the boxes (by page id), whole and in its runs of letters and of digits, and the values of fields
    there.
    """
    texts: set[str] = set()
    for page, reading in zip(material.pages, material.readings, strict=True):
        black = boxes.get(page.id, ())
        if reading is None or not black:
            continue
        for word in hidden_words(reading, black):
            texts.update((word.text.strip(AROUND), *words(word.text)))
        texts.update(proposal.value for proposal in hidden_proposals(reading, black))
    return tuple(sorted(texts - {""}))


def shown_title(title: str, hidden: Sequence[str]) -> str:
    """The title without what is hidden; empty where it cannot be told apart."""
    tokens = {token for text in hidden for token in _tokens(text)}
    masked = re.sub(r"\S+", lambda found: HIDDEN if _tokens(found[0]) & tokens else found[0], title)
    return "" if names_hidden(masked, hidden) else masked


def names_hidden(text: str, hidden: Sequence[str]) -> bool:
    """Whether the text holds anything hidden, as a word or within one."""
    said = {token for word in (text, *text.split()) for token in _tokens(word)}
    if {token for each in hidden for token in _tokens(each)} & said:
        return True
    close = re.sub(r"\W+", "", fold(text))
    folded = (re.sub(r"\W+", "", fold(each)) for each in hidden)
    return any(len(each) >= _LONG and each in close for each in folded)


def _tokens(text: str) -> set[str]:
    """The words of a text as they are compared; a date is the same in every way of writing it."""
    return {*query_words(text), date_in(text)} - {""}
