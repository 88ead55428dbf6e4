"""Artifacts in a folder of this machine."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from griffin_runtimes.errors import ArtifactStoreUnavailable, data_invalid

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

# api leaves such files out of its listings.
_PARTIAL = ".griffin-partial"


def path_of(uri: str) -> Path:
    """The path that a file:// URI names."""
    return Path(unquote(urlsplit(uri).path))


class FileStore:
    """A write goes to a temporary neighbour first and is then renamed, so that no reader meets half a file."""

    def put(self, uri: str, data: bytes) -> None:
        self._write(uri, lambda temporary: temporary.write_bytes(data))

    def put_file(self, uri: str, source: Path) -> None:
        self._write(uri, lambda temporary: shutil.copyfile(source, temporary))

    def files(self, uri: str) -> list[str]:
        path = path_of(uri)
        if path.is_dir():
            return sorted(found.as_uri() for found in path.rglob("*.parquet"))
        return [uri] if path.is_file() else []

    def fetch(self, uri: str, folder: Path) -> Path:
        path = path_of(uri)
        if not path.is_file():
            raise data_invalid(f"There is no file at {uri}.")
        return path

    def filesystem(self, uri: str) -> "tuple[FileSystem, str]":
        from pyarrow.fs import LocalFileSystem

        return LocalFileSystem(), str(path_of(uri))

    def _write(self, uri: str, fill: Callable[[Path], object]) -> None:
        path = path_of(uri)
        temporary = path.with_name(f"{path.name}.{uuid4()}{_PARTIAL}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                fill(temporary)
                _sync(temporary)
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
        except OSError as error:
            raise ArtifactStoreUnavailable("write", uri, error) from error


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
