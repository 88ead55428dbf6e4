"""References: `name@version`, `name@alias`, or `name` for the newest."""

from griffin.errors import InvalidArgumentError


def split(reference: str) -> tuple[str, str | None]:
    """The name, and the version or alias where one is said. Raises InvalidArgumentError where it is no reference."""
    name, at, version = reference.partition("@")
    if not name or (at and not version):
        raise InvalidArgumentError(
            f"{reference!r} is no reference: write name, name@version, or name@alias for a model"
        )
    return name, version or None


def numbered(reference: str) -> tuple[str, int | None]:
    """The same for what has versions only, and no aliases."""
    name, version = split(reference)
    if version is not None and not version.isdigit():
        raise InvalidArgumentError(f"{reference!r}: a version is a number, and only registered models have aliases")
    return name, None if version is None else int(version)
