"""Commands about procedures and the cases on their way through them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from muni_archive.bootstrap import casework, open_at_command, open_workplace
from muni_archive.cli.output import complain, say
from muni_archive.domain.cancellation import CancelToken
from muni_archive.domain.errors import ProcedureInvalid, WrongUse
from muni_archive.domain.procedures import Label, Procedure
from muni_archive.messages import _, current_language
from muni_archive.services.procedures.actor import actor_of
from muni_archive.services.procedures.deciding import Decision, take_step
from muni_archive.services.procedures.library import list_procedures, load_procedure, read_file
from muni_archive.services.procedures.passing_on import reassign_step, withdraw_case
from muni_archive.services.procedures.proving import case_problems
from muni_archive.services.procedures.sampling import draw_sample
from muni_archive.services.procedures.starting import start_case
from muni_archive.services.procedures.waiting import inbox, show_case, show_task
from muni_archive.services.view_document import view_document
from muni_archive.services.workplace import Workplace
from muni_archive.workflow import check_procedure


@click.group(help=_("Procedures: what there is, whether a file is one, bringing one in."))
def procedures() -> None:
    """The group itself does nothing."""


@procedures.command("list", help=_("List the procedures under which a case can begin."))
@click.pass_obj
def list_them(archive: Path) -> int:
    with open_workplace(archive, create=False, read_only=True) as opened:
        for procedure in list_procedures(opened.place):
            say("\t".join((procedure.id, procedure.version[:12], _label(procedure.label))))
    return 0


@procedures.command(help=_("Say whether a BPMN file is a procedure, and what each element at fault lacks."))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def check(file: Path) -> int:
    procedure, flaws = check_procedure(read_file(file), file.name)
    for flaw in flaws:
        complain(str(flaw))
    if flaws:
        return ProcedureInvalid.exit_code
    _describe(procedure)
    return 0


@procedures.command(
    help=_("Bring a procedure in: cases begin under it from now on, running ones finish as they began.")
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def load(archive: Path, file: Path) -> int:
    with open_at_command(archive) as opened:
        procedure = load_procedure(opened.place, read_file(file), name=file.name)
    say(f"{procedure.id}\t{procedure.version}")
    return 0


@click.group(help=_("Cases: what waits, beginning one, deciding, proof of what was decided."))
def cases() -> None:
    """The group itself does nothing."""


@cases.command("list", help=_("List what waits: case, step, who, when it is due."))
@click.pass_obj
def list_waiting(archive: Path) -> int:
    with open_at_command(archive) as opened, casework(opened) as place:
        for line in inbox(place, actor_of(place), everything=True):
            due = line.step.due.isoformat(timespec="minutes") if line.step.due else "-"
            late = _("overdue") if line.overdue else ""
            step = f"{line.step.number} {line.described.id}"
            say("\t".join((line.case.id, step, line.step.role, due, late, line.case.title)))
    return 0


@cases.command(help=_("Show what happened in a case, and how its steps can end."))
@click.argument("case_id")
@click.pass_obj
def show(archive: Path, case_id: str) -> int:
    with open_workplace(archive, create=False, read_only=True) as opened, casework(opened) as place:
        view = show_case(place, case_id)
    say(f"{view.case.title}\t{view.case.state}\t{view.case.end}")
    for move in view.moves:
        say(
            "\t".join(
                (move.at.isoformat(timespec="seconds"), move.by, move.kind, move.element, move.outcome, move.note)
            )
        )
    for element in sorted(view.stands_at):
        step = view.procedure.step(element)
        say(f"> {element}\t{' | '.join(outcome.id for outcome in step.outcomes) if step else ''}")
    return 0


@cases.command(help=_("Begin a case about a document or a file; prints its id."))
@click.argument("procedure")
@click.option("--document", help=_("Number of the document."))
@click.option("--file", "file_reference", help=_("Reference of the file."))
@click.option("--note", default="")
@click.pass_obj
def start(archive: Path, procedure: str, document: str | None, file_reference: str | None, note: str) -> int:
    if bool(document) is bool(file_reference):
        raise WrongUse(detail=_("Name a document or a file."))
    with open_at_command(archive) as opened, casework(opened) as place:
        document_id = view_document(place, document).document.id if document else None
        case = start_case(
            place, procedure, actor=actor_of(place), document_id=document_id, file_reference=file_reference, note=note
        )
    say(case.id)
    return 0


@cases.command(help=_("Take a step of a case: approve, return, reject, or whatever its outcomes are called."))
@click.argument("case_id")
@click.argument("step", type=int)
@click.argument("outcome")
@click.option("--note", default="")
@click.option("--tick", multiple=True, help=_("A line of the checklist; «all» for every one."))
@click.option("--field", "fields", multiple=True, help=_("A field of the step, as NAME=VALUE."))
@click.pass_obj
def take(
    archive: Path, case_id: str, step: int, outcome: str, note: str, tick: Sequence[str], fields: Sequence[str]
) -> int:
    with open_at_command(archive) as opened, casework(opened) as place:
        ticked = _ticked(place, case_id, step, tick)
        decision = Decision(outcome=outcome, note=note, ticked=ticked, fields=_pairs(fields))
        case = take_step(place, case_id, step, decision, actor=actor_of(place))
    say(f"{case.state}\t{case.end}")
    return 0


@cases.command("pass-on", help=_("Let a step wait for one person; an empty name gives it back to its role."))
@click.argument("case_id")
@click.argument("step", type=int)
@click.argument("name")
@click.option("--note", required=True, help=_("Why."))
@click.pass_obj
def pass_on(archive: Path, case_id: str, step: int, name: str, note: str) -> int:
    with open_at_command(archive) as opened, casework(opened) as place:
        reassign_step(place, case_id, step, name, actor=actor_of(place), note=note)
    return 0


@cases.command(help=_("Take a case back that you began."))
@click.argument("case_id")
@click.option("--note", required=True, help=_("Why."))
@click.pass_obj
def withdraw(archive: Path, case_id: str, note: str) -> int:
    with open_at_command(archive) as opened, casework(opened) as place:
        withdraw_case(place, case_id, actor=actor_of(place), note=note)
    return 0


@cases.command(help=_("Draw some per cent of a clerk's pages for quality control; prints their ids and the seed."))
@click.argument("clerk")
@click.option("--percent", default=5, show_default=True)
@click.option("--after", default=0, help=_("Only pages past this entry of the journal."))
@click.pass_obj
def sample(archive: Path, clerk: str, percent: int, after: int) -> int:
    with open_at_command(archive) as opened:
        drawn = draw_sample(opened.place, clerk, percent, after=after)
    say(f"{drawn.id}\t{drawn.seed}")
    for page in drawn.pages:
        say(page)
    return 0


@cases.command(help=_("Prove that decisions are signed, cases stand where their procedures lead, samples draw again."))
@click.pass_obj
def verify(archive: Path) -> int:
    with open_workplace(archive, create=False, read_only=True) as opened:
        problems = list(case_problems(opened.place, cancel=CancelToken(), progress=lambda *_: None))
    for problem in problems:
        complain(f"{problem.kind}: {problem.detail}")
    if not problems:
        say(_("Every decision, case and sample is proven."))
    return 3 if problems else 0


def _describe(procedure: Procedure) -> None:
    say(f"{procedure.id}\t{procedure.version}\t{_label(procedure.label)}")
    for step in procedure.steps:
        outcomes = ", ".join(f"{outcome.id} ({outcome.kind})" for outcome in step.outcomes)
        say(f"{step.id}\t{step.role}\t{outcomes}\t{_label(step.label)}")


def _ticked(place: Workplace, case_id: str, step: int, said: Sequence[str]) -> Sequence[str]:
    if "all" not in said:
        return said
    return [item.id for item in show_task(place, case_id, step, actor_of(place)).checklist]


def _pairs(fields: Sequence[str]) -> dict[str, str]:
    if wrong := [each for each in fields if "=" not in each]:
        raise WrongUse(detail=_("Write a field as NAME=VALUE, not {text}.").format(text=wrong[0]))
    return {name: value for name, _sign, value in (each.partition("=") for each in fields)}


def _label(labels: Label) -> str:
    return labels.get(current_language()) or labels["en"]
