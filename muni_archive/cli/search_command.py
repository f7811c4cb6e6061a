"""The search command: for people as lines, for programs as one JSON object."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from muni_archive.bootstrap import open_workplace, recording_beside
from muni_archive.cli.output import complain, say
from muni_archive.domain.finding import SearchRequest, said_roughly
from muni_archive.messages import _, isolate, ngettext
from muni_archive.services.audit.record import record_search
from muni_archive.services.field_values import canonical_date
from muni_archive.services.find_pages import Found, Hit, find_pages, suggest


@click.command(help=_('Find pages. The query knows AND OR NOT (و أو ليس), "phrases", prefix*, field:value.'))
@click.argument("query")
@click.option("--department", default="", help=_("Only documents of this department."))
@click.option("--class", "record_class", default="", help=_("Only documents of this record class."))
@click.option("--from", "date_from", default="", help=_("Only documents dated on this day or later."))
@click.option("--to", "date_to", default="", help=_("Only documents dated on this day or earlier."))
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help=_("Hits to show."))
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
        found = find_pages(opened.place, request)
        tries = () if found.total else suggest(opened.place, request)
        with recording_beside(opened) as place:
            record_search(place, request, found.total)
    if as_json:
        say(json.dumps(as_object(found), ensure_ascii=False))
    else:
        _show(found, tries)
    return 0


def as_object(found: Found) -> dict[str, object]:
    """The answer as the command line documents it."""
    return {
        "query": found.query,
        "total": found.total,
        "estimated": found.estimated,
        "took_ms": round(found.took_ms, 2),
        "hits": [_hit(hit) for hit in found.hits],
    }


def _hit(hit: Hit) -> dict[str, object]:
    return {
        "number": hit.number,
        "document": hit.document_id,
        "title": hit.title,
        "class": hit.record_class,
        "page": hit.page,
        "score": round(hit.score, 4),
        "snippet": " ".join(part.text for part in hit.snippet),
        "boxes": [[box.x, box.y, box.width, box.height] for box in hit.boxes],
    }


def _show(found: Found, tries: tuple[str, ...]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for hit in found.hits:
        title, page = isolate(hit.title), _("p. {page}").format(page=hit.page)
        console.print(Text(f"{hit.number}  {title}  {page}", style="bold"))
        line = Text("    ")
        for part in hit.snippet:
            line.append(f"{part.text} ", style="reverse" if part.marked else "")
        console.print(line)
    say(f"{_total(found)} ({found.took_ms:.0f} ms)")
    if tries:
        complain(_("Try instead: {queries}").format(queries=" · ".join(isolate(query) for query in tries)))


def _total(found: Found) -> str:
    if found.estimated:
        return _("about {count} pages found").format(count=said_roughly(found.total))
    return ngettext("{count} page found", "{count} pages found", found.total).format(count=found.total)
