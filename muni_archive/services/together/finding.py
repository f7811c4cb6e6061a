"""What is found elsewhere: at the centre, or in the copy of it while the centre does not answer.

What is found here is asked for apart (`services.find_pages`) and never waits for this.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from muni_archive.domain.centre_errors import CentreError
from muni_archive.domain.errors import ArchiveError, QueryMalformed
from muni_archive.domain.finding import SearchRequest, said_roughly
from muni_archive.domain.geometry import Box
from muni_archive.messages import _
from muni_archive.services.find_pages import Found, Hit, SnippetPart, find_pages
from muni_archive.services.together.place import Together
from muni_archive.services.workplace import Workplace

ANSWER_S = 2.0
"""Seconds that the centre is given."""
ROUNDS, MOST = 3, 200
"""Times that it is asked for more, when most of what it found is here as well; hits of one answer at most."""
Facets = Mapping[str, tuple[tuple[str, int], ...]]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Pages that are there and not here. `total` counts everything that was found there, what is here too included."""

    hits: tuple[Hit, ...]
    total: int
    facets: Facets
    from_copy: bool
    """The centre did not answer: this is what the copy knows."""
    estimated: bool = False
    """`total` and `facets` are about right: there are too many to count."""


def find_elsewhere(own: Workplace, together: Together, request: SearchRequest, *, online: bool = True) -> Elsewhere:
    """Ask the centre, or its copy when it is known not to answer or does not. Raises `QueryMalformed`.

    The centre knows what the station may see, not what the person may: for somebody whose sight ends somewhere the copy
    answers, which has the same guard.
    """
    if online and own.guard.scope() is None:
        try:
            return _gather(own, request, lambda asked: _ask_centre(together, asked), from_copy=False)
        except QueryMalformed:
            raise
        except ArchiveError as error:  # whatever kept it from answering: the copy answers, and says that it did
            _log.info("the centre was asked in vain: %s", error)
    return _gather(own, request, lambda asked: find_pages(together.kept, asked), from_copy=True)


def all_facets(here: Facets, there: Facets) -> Facets:
    """The values of both; what is here is, sooner or later, there as well, so the larger count is the truer one."""
    return {name: _larger(here.get(name, ()), there.get(name, ())) for name in {**here, **there}}


def there_words(found: Elsewhere, *, number: Callable[[int], str] = str) -> str:
    """How much there is, and where. An estimate is told as one.

    A zero would stand beside the point that sets it apart as another point, in Arabic.
    """
    if not found.total:
        return _("nothing in the copy of the centre") if found.from_copy else _("nothing at the centre")
    if found.estimated:
        return _("about {count} at the centre").format(count=number(said_roughly(found.total)))
    words = _("{count} in the copy of the centre") if found.from_copy else _("{count} at the centre")
    return words.format(count=number(found.total))


def _gather(
    own: Workplace, request: SearchRequest, ask: Callable[[SearchRequest], Found], *, from_copy: bool
) -> Elsewhere:
    wanted, hits = request.limit, list[Hit]()
    asked = replace(request, limit=min(MOST, wanted))
    first = found = ask(asked)
    hits += _not_here(own, found.hits)
    for _round in range(ROUNDS - 1):
        if len(hits) >= wanted or asked.offset + asked.limit >= found.total:
            break
        asked = replace(asked, offset=asked.offset + asked.limit, facets=False)
        found = ask(asked)
        hits += _not_here(own, found.hits)
    return Elsewhere(
        hits=tuple(hits[:wanted]), total=first.total, facets=first.facets, from_copy=from_copy,
        estimated=first.estimated,
    )  # fmt: skip


def _not_here(own: Workplace, hits: Collection[Hit]) -> list[Hit]:
    """A page that is in both is shown as here."""
    with own.unit_of_work() as unit:
        known = {page.id for page in unit.records.pages([hit.page_id for hit in hits]) if page.document_id}
    return [hit for hit in hits if hit.page_id not in known]


def _ask_centre(together: Together, request: SearchRequest) -> Found:
    question = {name: value for name, value in asdict(request).items() if name != "visible"}
    try:
        return _found(together.line.search(question, seconds=ANSWER_S))
    except (KeyError, TypeError, ValueError) as exc:
        raise CentreError(detail=f"its answer is not understood ({exc})") from exc


def _found(said: Mapping[str, Any]) -> Found:
    hits = tuple(_hit(hit) for hit in said["hits"])
    facets = {name: tuple((value, count) for value, count in counts) for name, counts in said["facets"].items()}
    return Found(
        query=said["query"], total=int(said["total"]), took_ms=said["took_ms"], hits=hits, facets=facets,
        estimated=bool(said.get("estimated", False)),
    )  # fmt: skip


def _hit(said: Mapping[str, Any]) -> Hit:
    """What a newer centre tells beyond what this program knows is passed over."""
    snippet = tuple(SnippetPart(**part) for part in said["snippet"])
    known = {each.name: said[each.name] for each in fields(Hit)}
    return Hit(**{**known, "snippet": snippet, "boxes": tuple(Box(**box) for box in said["boxes"])})


def _larger(one: tuple[tuple[str, int], ...], other: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    counts = dict(one)
    for value, count in other:
        counts[value] = max(count, counts.get(value, 0))
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
