"""What a runtime needs of an artifact store."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem


class ArtifactStore(Protocol):
    """Files by URI. Every method raises ArtifactStoreUnavailable where the store refuses."""

    def put(self, uri: str, data: bytes) -> None:
        """Writes a file whole: a reader sees all of it or nothing."""
        ...

    def put_file(self, uri: str, source: Path) -> None:
        """Writes a file of this machine to the store, as `put` does."""
        ...

    def files(self, uri: str) -> list[str]:
        """The Parquet files at `uri`, in order of name: itself, or those of the folder. Empty where nothing is."""
        ...

    def fetch(self, uri: str, folder: Path) -> Path:
        """The file on this machine, copied into `folder` if need be. A missing file is `data_invalid`."""
        ...

    def filesystem(self, uri: str) -> "tuple[FileSystem, str]":
        """Arrow's file system and the path in it, for libraries that read and write by themselves."""
        ...
