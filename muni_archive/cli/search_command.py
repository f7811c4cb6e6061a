"""The search command: for people as lines, for programs as one JSON object.

With a centre it is asked as well, as in the window: by who acts here and within their sight. Each hit says where it is.
"""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from muni_archive.bootstrap import open_together, open_workplace, recording_beside
from muni_archive.cli.output import complain, say
from muni_archive.domain.centre_errors import NotEnrolled
from muni_archive.domain.errors import ArchiveError
from muni_archive.domain.finding import SearchRequest, said_roughly
from muni_archive.messages import _, explain, isolate, ngettext
from muni_archive.services.audit.record import record_search
from muni_archive.services.field_values import canonical_date
from muni_archive.services.find_pages import Found, Hit, find_pages, suggest
from muni_archive.services.together.finding import Elsewhere, find_elsewhere, there_words
from muni_archive.services.workplace import Workplace
from muni_archive.sync.state import load_link

HERE, CENTRE = "here", "centre"
"""Where a page was found; one that is in both is here."""


@click.command(help=_('Find pages. The query knows AND OR NOT (و أو ليس), "phrases", prefix*, field:value.'))
@click.argument("query")
@click.option("--department", default="", help=_("Only documents of this department."))
@click.option("--class", "record_class", default="", help=_("Only documents of this record class."))
@click.option("--from", "date_from", default="", help=_("Only documents dated on this day or later."))
@click.option("--to", "date_to", default="", help=_("Only documents dated on this day or earlier."))
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=20, show_default=True,
    help=_("Hits to show, from here and from the centre each."),
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object instead of lines."))
@click.pass_obj
def search(
    archive: Path,
    query: str,
    department: str,
    record_class: str,
    date_from: str,
    date_to: str,
    limit: int,
    as_json: bool,
) -> int:
    request = SearchRequest(
        query=query,
        department=department,
        record_class=record_class,
        date_from=canonical_date(date_from),
        date_to=canonical_date(date_to),
        limit=limit,
    )
    with open_workplace(archive, create=False, read_only=True) as opened:
        opened.place = opened.as_operator()
        found, there = find_pages(opened.place, request), _ask_elsewhere(archive, opened.place, request)
        tries = () if found.total or (there and there.total) else suggest(opened.place, request)
        with recording_beside(opened) as place:
            record_search(place, request, found.total)
    if as_json:
        say(json.dumps(as_object(found, there), ensure_ascii=False))
    else:
        _show(found, there, tries)
    return 0


def _ask_elsewhere(archive: Path, place: Workplace, request: SearchRequest) -> Elsewhere | None:
    """What the centre has beside what is here, or its copy; None where there is no centre, or no copy of it yet."""
    try:
        load_link(archive)
    except NotEnrolled:
        return None
    try:
        with open_together(archive, place, read_only=True) as line:
            there = find_elsewhere(place, line.together, request)
    except ArchiveError as error:  # no copy yet, say
        complain(_("Only what is here was searched: {why}").format(why=explain(error)))
        return None
    if there.from_copy and place.guard.scope() is None:
        complain(_("The centre does not answer: the copy of it here was searched."))
    return there


def as_object(found: Found, there: Elsewhere | None = None) -> dict[str, object]:
    """The answer as the command line documents it. `total`, `estimated` and `took_ms` are of what is here."""
    centre = there and {"total": there.total, "estimated": there.estimated, "from_copy": there.from_copy}
    return {
        "query": found.query,
        "total": found.total,
        "estimated": found.estimated,
        "took_ms": round(found.took_ms, 2),
        "centre": centre,
        "hits": [_hit(hit, HERE) for hit in found.hits] + [_hit(hit, CENTRE) for hit in (there.hits if there else ())],
    }


def _hit(hit: Hit, where: str) -> dict[str, object]:
    return {
        "where": where,
        "number": hit.number,
        "document": hit.document_id,
        "title": hit.title,
        "class": hit.record_class,
        "page": hit.page,
        "score": round(hit.score, 4),
        "snippet": " ".join(part.text for part in hit.snippet),
        "boxes": [[box.x, box.y, box.width, box.height] for box in hit.boxes],
    }


def _show(found: Found, there: Elsewhere | None, tries: tuple[str, ...]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for hit in found.hits:
        _show_hit(console, hit, _("here") if there else "")
    for hit in there.hits if there else ():
        _show_hit(console, hit, _("at the centre"))
    beside = f" · {there_words(there)}" if there else ""
    say(f"{_total(found)} ({found.took_ms:.0f} ms){beside}")
    if tries:
        complain(_("Try instead: {queries}").format(queries=" · ".join(isolate(query) for query in tries)))


def _show_hit(console: Console, hit: Hit, where: str) -> None:
    title, page = isolate(hit.title), _("p. {page}").format(page=hit.page)
    console.print(Text(f"{hit.number}  {title}  {page}{where and f'  ({where})'}", style="bold"))
    line = Text("    ")
    for part in hit.snippet:
        line.append(f"{part.text} ", style="reverse" if part.marked else "")
    console.print(line)


def _total(found: Found) -> str:
    if found.estimated:
        return _("about {count} pages found").format(count=said_roughly(found.total))
    return ngettext("{count} page found", "{count} pages found", found.total).format(count=found.total)
