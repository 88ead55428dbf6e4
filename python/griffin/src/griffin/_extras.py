"""Packages that not everybody needs."""

from importlib import import_module
from typing import Any

from griffin.errors import MissingExtraError


def need(module: str, extra: str, what: str) -> Any:
    """The module. Raises MissingExtraError, which says how to install it, where it is not there."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != module.split(".")[0]:
            raise
        package = error.name.split(".")[0].replace("_", "-")
        raise MissingExtraError(
            f"{what} needs {package}, which is not installed: pip install 'griffin-mltp[{extra}]'"
        ) from None
