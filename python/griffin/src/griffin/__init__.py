"""Griffin's client."""

from griffin._version import __version__

__all__ = ["__version__"]
