"""The commands."""

import sys
from pathlib import Path
from typing import Annotated

import typer

import griffin
import griffin.local
from griffin.cli.exits import Exit, reporting
from griffin.cli.options import Changes, OutputOption, client
from griffin.cli.output import Output, write_fields, write_json
from griffin.cli.runs import runs, write_run
from griffin.config import DEFAULT_PROFILE, Config, save
from griffin.local import LocalRun
from griffin.terminal import plain
from griffin.training_file import TrainingFile

app = typer.Typer(
    help="Griffin: train models, and find what became of them.",
    epilog="Exit codes: 0 done, 1 the run ended without success, 2 wrong usage, file or settings, 3 refused, "
    "4 not found, 5 not reached or not in time, 130 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # They would show variables, and tokens with them.
)
app.add_typer(runs, name="runs")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"griffin {griffin.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    profile: Annotated[
        str | None,
        typer.Option(envvar="GRIFFIN_PROFILE", help="The section of the configuration file with address and token."),
    ] = None,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say it.")] = False,
) -> None:
    client.profile = profile


@app.command()
@reporting
def login(
    api_url: Annotated[str, typer.Option(prompt="Address of the API", envvar="GRIFFIN_API_URL", help="http(s)://...")],
    token_stdin: Annotated[bool, typer.Option("--token-stdin", help="Read the token from the standard input.")] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Keep an address and a token in the configuration file, once they are seen to work."""
    token = sys.stdin.readline().strip() if token_stdin else typer.prompt("Token", hide_input=True)
    config = Config.resolve(api_url, token)
    with griffin.Client(config.api_url, config.token) as api:
        project = api.projects.current()
    file = save(config, client.profile or DEFAULT_PROFILE)
    fields = {"project": project.name, "api_url": config.api_url, "file": str(file)}
    write_json(fields) if output is Output.JSON else write_fields(dict(fields))


@app.command()
@reporting
def run(
    file: Annotated[Path, typer.Argument(help="A training, as YAML.")],
    local: Annotated[bool, typer.Option("--local", help="On this machine, without the platform.")] = False,
    dataset: Annotated[
        str | None, typer.Option(help="With --local: a folder with a Parquet file for each split. Else: name@version.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="In place of the file's.")] = None,
    change: Changes = None,
    name: Annotated[str | None, typer.Option(help="The run's name; the file's without it.")] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Submit, and do not wait for the end.")] = False,
    timeout: Annotated[float | None, typer.Option(help="Seconds to wait for the end.")] = None,
    output_dir: Annotated[Path, typer.Option(help="With --local: where the run's folder goes.")] = Path("griffin-runs"),
    python: Annotated[
        Path | None,
        typer.Option(envvar="GRIFFIN_RUNTIMES_PYTHON", help="With --local: the Python that has the runtimes and Ray."),
    ] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Train as a file says: submitted to the platform, or on this machine.

    With the same seed and resources both give the same model.
    """
    changes = [*(change or []), *([] if seed is None else [f"seed={seed}"])]
    if local and (detach or name):
        raise typer.BadParameter("--detach and --name are not for --local")
    if local:
        training = TrainingFile.read(file, changes)
        path = str(python) if python else None
        made = griffin.local.run(
            training,
            dataset=dataset,
            output=output_dir,
            python=path,
            timeout=timeout,
            check=False,
            progress=output is Output.TABLE,
        )
        _write_local(made, output)
        raise typer.Exit(Exit.SUCCEEDED if made.is_successful else Exit.RUN_NOT_SUCCESSFUL)
    training = TrainingFile.read(file, [*changes, *([] if dataset is None else [f"inputs.dataset={dataset}"])])
    with client() as api:
        submitted = training.submit(api, name=name)
        if not detach:
            try:
                submitted.wait(timeout, check=False, progress=output is Output.TABLE)
            except KeyboardInterrupt:
                typer.echo(f"\nThe run goes on: griffin runs get {submitted.id}", err=True)
                raise
        write_run(submitted, output)
    if submitted.is_terminal and not submitted.is_successful:
        raise typer.Exit(Exit.RUN_NOT_SUCCESSFUL)


def _write_local(made: LocalRun, output: Output) -> None:
    reason = made.reason.model_dump() if made.reason else None
    fields = {"id": made.id, "name": made.name, "state": made.state, "reason": reason, "metrics": made.metrics}
    if output is Output.JSON:
        write_json({**fields, "folder": str(made.folder), "model": str(made.model_folder)})
        return
    said = f"{made.reason.code}: {made.reason.message}" if made.reason else None
    write_fields({"run": made.id, "state": made.state, **({"reason": said} if said else {}), "folder": made.folder})
    write_fields({name: f"{value:.6g}" for name, value in made.metrics.items()})
    if made.log_tail:
        typer.echo(plain(made.log_tail).rstrip(), err=True)
