"""What the command line exits with, and says when something is wrong."""

import functools
import json
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeVar

import typer

from griffin import errors
from griffin.cli.output import Output
from griffin.training_file import FileInvalidError

Command = TypeVar("Command", bound=Callable[..., Any])


class Exit(IntEnum):
    """The exit codes. A script may rely on them."""

    SUCCEEDED = 0
    RUN_NOT_SUCCESSFUL = 1
    USAGE = 2
    REFUSED = 3
    NOT_FOUND = 4
    UNAVAILABLE = 5
    INTERRUPTED = 130


_OF_USAGE = (FileInvalidError, errors.ConfigurationError, errors.InvalidArgumentError, errors.MissingExtraError)


def exit_of(error: errors.GriffinError) -> Exit:
    """The exit code that an error stands for."""
    if isinstance(error, errors.RunNotSuccessfulError):
        return Exit.RUN_NOT_SUCCESSFUL
    if isinstance(error, _OF_USAGE):
        return Exit.USAGE
    if _is_somebody_elses(error):
        return Exit.USAGE
    if isinstance(error, errors.NotFoundError):
        return Exit.NOT_FOUND
    return Exit.UNAVAILABLE if error.retryable else Exit.REFUSED


def reporting(command: Command) -> Command:
    """The command, whose errors are said on the standard error and become exit codes. It has an option `output`."""

    @functools.wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except errors.GriffinError as error:
            _say(error, options.get("output", Output.TABLE))
            raise typer.Exit(exit_of(error)) from None
        except BrokenPipeError:
            sys.stderr.close()  # Whoever read has read enough, as `head` does.
            raise typer.Exit(Exit.SUCCEEDED) from None
        except OSError as error:
            place = errors.ConfigurationError(f"{error.filename or 'a file'}: {error.strerror or error}")
            _say(place, options.get("output", Output.TABLE))
            raise typer.Exit(Exit.USAGE) from None
        except KeyboardInterrupt:
            raise typer.Exit(Exit.INTERRUPTED) from None

    return run  # type: ignore[return-value]


def _say(error: errors.GriffinError, output: Output) -> None:
    if output is Output.JSON:
        print(json.dumps({"error": _as_json(error)}), file=sys.stderr)  # noqa: T201
        return
    hint = _remedy(error)
    print(f"error: {error}{f'{chr(10)}{hint}' if hint else ''}", file=sys.stderr)  # noqa: T201


def _is_somebody_elses(error: errors.GriffinError) -> bool:
    """Whether something answered that has no problem document: it knows nothing of what was asked for."""
    return isinstance(error, errors.NotFoundError) and error.code == "http_404"


def _as_json(error: errors.GriffinError) -> dict[str, Any]:
    fields = [{"field": one.field, "code": one.code, "message": one.message} for one in getattr(error, "errors", [])]
    code = getattr(error, "code", None) or type(error).__name__
    return {"code": code, "message": str(error), "retryable": error.retryable, "errors": fields}


def _remedy(error: errors.GriffinError) -> str | None:
    if isinstance(error, errors.AuthenticationError):
        return "The token is not valid here: set GRIFFIN_TOKEN, or run `griffin login`."
    if _is_somebody_elses(error):
        return "Is it Griffin that answers at this address? See GRIFFIN_API_URL, or run `griffin login`."
    if isinstance(error, errors.TransportError):
        return "Is the address right, and is the platform up? See GRIFFIN_API_URL, or run `griffin login`."
    if isinstance(error, errors.ServerError) and error.trace_id:
        return f"Whoever runs the platform finds it in the logs by the trace {error.trace_id}."
    return None
