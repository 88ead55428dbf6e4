"""Artifacts in a bucket of an S3 service."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pyarrow.fs import FileSelector, FileType, LocalFileSystem, S3FileSystem, copy_files

from griffin_runtimes.environment import S3Settings
from griffin_runtimes.errors import ArtifactStoreUnavailable, data_invalid

T = TypeVar("T")


class S3Store:
    """S3 shows an object only once it is complete: a plain write is atomic. Timeouts keep a lost store from hanging."""

    def __init__(self, settings: S3Settings) -> None:
        scheme, _, host = (settings.endpoint or "").rpartition("://")
        self._fs = S3FileSystem(
            access_key=settings.access_key,
            secret_key=settings.secret_key,
            region=settings.region or "us-east-1",
            scheme=scheme or "https",
            endpoint_override=host or None,
            allow_delayed_open=True,  # One request for a small file, in place of three.
            connect_timeout=5,
            request_timeout=30,
        )

    def put(self, uri: str, data: bytes) -> None:
        def write() -> None:
            with self._fs.open_output_stream(_key(uri)) as stream:
                stream.write(data)

        _guard("write", uri, write)

    def put_file(self, uri: str, source: Path) -> None:
        def write() -> None:
            copy_files(str(source), _key(uri), source_filesystem=LocalFileSystem(), destination_filesystem=self._fs)

        _guard("write", uri, write)

    def files(self, uri: str) -> list[str]:
        def find() -> list[str]:
            if self._fs.get_file_info(_key(uri)).type == FileType.File:
                return [uri]
            found = self._fs.get_file_info(FileSelector(_key(uri), recursive=True, allow_not_found=True))
            return sorted(f"s3://{info.path}" for info in found if info.path.endswith(".parquet"))

        return _guard("list", uri, find)

    def fetch(self, uri: str, folder: Path) -> Path:
        target = folder / _key(uri).replace("/", "_")

        def read() -> None:
            copy_files(_key(uri), str(target), source_filesystem=self._fs, destination_filesystem=LocalFileSystem())

        _guard("read", uri, read)
        return target

    def filesystem(self, uri: str) -> tuple[S3FileSystem, str]:
        return self._fs, _key(uri)


def _key(uri: str) -> str:
    return uri.removeprefix("s3://")


def _guard(action: str, uri: str, work: Callable[[], T]) -> T:
    try:
        return work()
    except FileNotFoundError as error:
        if action == "write":  # Of a write it is the bucket that is not there.
            raise ArtifactStoreUnavailable(action, uri, error) from error
        raise data_invalid(f"There is no file at {uri}.") from error
    except OSError as error:
        raise ArtifactStoreUnavailable(action, uri, error) from error
