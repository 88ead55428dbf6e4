"""`griffin runs`: what became of submitted trainings."""

from datetime import datetime
from itertools import islice
from typing import Annotated

import typer

from griffin import Run
from griffin.cli.exits import reporting
from griffin.cli.options import OutputOption, client
from griffin.cli.output import Output, write_fields, write_json, write_line, write_table
from griffin.terminal import plain

runs = typer.Typer(help="Runs of the project.", no_args_is_help=True)

RunId = Annotated[str, typer.Argument(metavar="ID", help="The run's id.")]


@runs.command("list")
@reporting
def list_runs(
    state: Annotated[list[str] | None, typer.Option(help="Only in this state. May be said again.")] = None,
    definition: Annotated[str | None, typer.Option(help="Only of this workflow definition.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only of this kind.")] = None,
    name: Annotated[str | None, typer.Option(help="Only with this name.")] = None,
    owner: Annotated[
        list[str] | None,
        typer.Option(metavar="PART=VALUE", help="Only of this owner: dag_id, and others. May be said again."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    output: OutputOption = Output.TABLE,
) -> None:
    """List runs, the newest first."""
    with client() as api:
        listed = api.workflows.list(
            state=state,
            definition=definition,
            kind=kind,
            name=name,
            owner=_parts(owner or []),
            page_size=min(limit, 100),
        )
        found = list(islice(listed, limit))
    if output is Output.JSON:
        write_json(found)
        return
    rows = [[run.id, run.name, run.kind, run.state, _moment(run.created_at), _reason(run)] for run in found]
    write_table(["ID", "NAME", "KIND", "STATE", "CREATED", "REASON"], rows)


@runs.command("get")
@reporting
def get_run(run_id: RunId, output: OutputOption = Output.TABLE) -> None:
    """Show a run as it is now."""
    with client() as api:
        write_run(api.workflows.get(run_id), output)


@runs.command("logs")
@reporting
def show_logs(
    run_id: RunId,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the end of the run.")] = False,
    tail: Annotated[int | None, typer.Option(min=1, max=10_000, help="The last so many lines.")] = None,
    attempt: Annotated[int | None, typer.Option(min=1, help="Of this attempt; of the newest without it.")] = None,
    stream: Annotated[str, typer.Option(help="One of the attempt's log streams.")] = "driver",
    output: OutputOption = Output.TABLE,
) -> None:
    """Show a run's log. As JSON, each line is a string of its own."""
    with client() as api:
        run = api.workflows.get(run_id)
        lines = run.logs(follow=follow, tail=tail, attempt=attempt, stream=stream)
        if output is Output.JSON:
            write_json(list(lines))
            return
        for line in lines:
            write_line(line)


@runs.command("terminate")
@reporting
def terminate_run(
    run_id: RunId,
    reason: Annotated[str | None, typer.Option(help="For whoever asks later why.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Until nothing of it computes any more.")] = False,
    timeout: Annotated[float | None, typer.Option(help="With --wait: seconds to wait.")] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Ask a run to end. One that is over stays as it is."""
    with client() as api:
        run = api.workflows.get(run_id).terminate(reason)
        if wait:
            run.wait(timeout, check=False, progress=output is Output.TABLE)
        write_run(run, output)


def write_run(run: Run, output: Output) -> None:
    """A run as the API has it, or what of it people look for."""
    if output is Output.JSON:
        write_json(run)
        return
    model = run.model_version
    fields = {
        "run": run.id,
        "name": run.name,
        "state": run.state,
        "reason": f"{run.reason.code}: {run.reason.message}" if run.reason else None,
        "model": f"{model.name}@{model.version}" if model else None,
        "created": _moment(run.created_at),
        "started": _moment(run.started_at),
        "finished": _moment(run.finished_at),
        **run.links,
        **{name: f"{value:.6g}" for name, value in run.final_metrics.items()},
    }
    write_fields({name: value for name, value in fields.items() if value is not None})
    if run.log_tail and not run.is_successful:
        typer.echo(plain(run.log_tail).rstrip(), err=True)


def _parts(said: list[str]) -> dict[str, str]:
    if wrong := [one for one in said if "=" not in one]:
        raise typer.BadParameter(f"{wrong[0]!r}: write it as dag_id=nightly", param_hint="--owner")
    return {name: value for name, _, value in (one.partition("=") for one in said)}


def _reason(run: Run) -> str | None:
    return run.reason.code if run.reason else None


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%d %H:%M:%SZ")
