"""Commands about the archive itself: verify, reindex, export."""

from __future__ import annotations

from pathlib import Path

import click

from muni_archive.bootstrap import open_at_command, open_workplace, recording_beside
from muni_archive.cli.output import checkpoint_of, progress_bar, say, show_report
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import WrongUse
from muni_archive.messages import _
from muni_archive.services.audit.record import record_exported, record_taken_out
from muni_archive.services.export_corrections import export_corrections
from muni_archive.services.export_document import export_document
from muni_archive.services.follow_journal import reindex as rebuild
from muni_archive.services.list_drawings import list_drawings
from muni_archive.services.redaction.releasing import export_redacted
from muni_archive.services.verify_archive import verify_archive
from muni_archive.services.view_document import view_document


@click.command(help=_("Prove that the archive is whole: chain, vault, tables = replay, index = tables."))
@click.option("--checkpoint", default="", help=_("SEQUENCE:HASH, how the journal stood once: finds a cut end."))
@click.pass_obj
def verify(archive: Path, checkpoint: str) -> int:
    known = checkpoint_of(checkpoint)
    with open_workplace(archive, create=False) as opened, progress_bar(_("Verifying")) as progress:
        report = verify_archive(opened.place, cancel=CancelToken(), progress=progress, known=known)
    return show_report(report)


@click.command(help=_("Throw the search index away and build it again from the archive."))
@click.pass_obj
def reindex(archive: Path) -> int:
    with (
        open_workplace(archive, create=False, fresh_index=True) as opened,
        progress_bar(_("Indexing")) as progress,
    ):
        pages = rebuild(opened.place, cancel=CancelToken(), progress=lambda done, total: progress(done, total, ""))
    say(_("{count} pages are in the index.").format(count=pages))
    return 0


@click.command(help=_("Write the access copy of a document: a PDF/A whose text can be searched."))
@click.argument("number")
@click.option("--to", "target", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--with-marks", is_flag=True, help=_("With the notes, stamps and marks that lie over the pages."))
@click.option("--redacted", is_flag=True, help=_("The redacted copy that was approved last, and nothing else."))
@click.pass_obj
def export(archive: Path, number: str, target: Path, *, with_marks: bool, redacted: bool) -> int:
    if with_marks and redacted:
        raise WrongUse(detail=_("a redacted copy has no marks: ask for one of the two"))
    with open_at_command(archive) as opened:
        if redacted:
            released = export_redacted(opened.place, number, target)
            say(f"{target}\t{released.id}\t{released.version}")
        else:
            say(str(export_document(opened.place, number, target, cancel=CancelToken(), with_marks=with_marks)))
        document = view_document(opened.place, number).document
        form = "redacted-pdf" if redacted else "access-pdf"
        record_exported(opened.place, document.id, document.number, form)
    return 0


@click.command(
    help=_("Write what clerks have corrected or confirmed as pictures of words with their text, to train a reader on.")
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.pass_obj
def corrections(archive: Path, folder: Path) -> int:
    with (
        open_workplace(archive, create=False, read_only=True) as opened,
        progress_bar(_("Writing")) as progress,
    ):
        count = export_corrections(
            opened.place, folder, cancel=CancelToken(), progress=lambda done, total: progress(done, total, "")
        )
        with recording_beside(opened) as place:
            record_taken_out(place, "corrections", count)
    say(_("{count} words are in {folder}. They show real records: keep them on this machine.").format(
        count=count, folder=folder
    ))  # fmt: skip
    return 0


@click.command(help=_("List the drawing register: every sheet, the revision in force and those before it."))
@click.option("--file", "file_reference", help=_("Only the sheets of this file."))
@click.pass_obj
def drawings(archive: Path, file_reference: str | None) -> int:
    with open_workplace(archive, create=False, read_only=True) as opened:
        for sheet in list_drawings(opened.place, file_reference=file_reference):
            for document in reversed(sheet.documents):
                state = _("in force") if document is sheet.current else _("superseded")
                revision = document.metadata.get("revision", "") or "-"
                state = state if sheet.clear else _("unclear: the revisions are in no order")
                say("\t".join((sheet.matter, sheet.sheet, revision, document.number, state)))
    return 0
