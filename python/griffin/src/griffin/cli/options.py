"""Options that several commands have, and the client that their settings make."""

from typing import Annotated

import typer

import griffin
from griffin.cli.output import Output

OutputOption = Annotated[Output, typer.Option("--output", "-o", help="For people, or for programs.")]

Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help="A field in place of the file's, as config.max_depth=8. May be said again.",
    ),
]


class _Settings:
    """What was said before the command."""

    profile: str | None = None

    def __call__(self) -> griffin.Client:
        return griffin.Client(profile=self.profile)


client = _Settings()
