"""The command line: `griffin`."""

import sys


def main() -> None:
    """Runs the command line, and exits."""
    try:
        import typer  # noqa: F401
        import yaml  # noqa: F401
    except ModuleNotFoundError:
        sys.exit("The command line needs packages that are not installed: pip install 'griffin-mltp[cli]'")
    from griffin.cli.app import app

    app()
