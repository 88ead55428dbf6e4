"""Artifacts in a bucket of an S3 service."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, unquote

from pyarrow import ArrowInvalid
from pyarrow.fs import FileSelector, FileType, LocalFileSystem, S3FileSystem, copy_files

from griffin_runtimes.environment import S3Settings
from griffin_runtimes.errors import ArtifactAccessDenied, ArtifactStoreUnavailable, data_invalid

T = TypeVar("T")

# How Arrow writes that keys are refused. The last is how the Versity gateway says that it does not know the access key.
_DENIALS = ("ACCESS_DENIED", "SIGNATURE_DOES_NOT_MATCH", "INVALID_ACCESS_KEY_ID", "XAdminUserNotFound")

# The same characters are left alone in api's store, so that a name has one URI.
_PLAIN = "/-_.!~*'()=:@+,$&;"


class S3Store:
    """S3 shows an object only once it is complete: a plain write is atomic. Timeouts keep a lost store from hanging.

    One exception: where this machine's disk fails in the middle of `put_file`, Arrow completes the object with what it
    had. The error is raised, so no report names that object.
    """

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
            # Arrow would compress what is called `.gz`.
            with self._fs.open_output_stream(_key(uri), compression=None) as stream:
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
            return sorted(_uri(info.path) for info in found if _is_parquet(info.path, info.type))

        return _guard("list", uri, find)

    def fetch(self, uri: str, folder: Path) -> Path:
        target = _copy_of(_key(uri), folder)

        def read() -> None:
            target.parent.mkdir(parents=True, exist_ok=True)
            copy_files(_key(uri), str(target), source_filesystem=self._fs, destination_filesystem=LocalFileSystem())

        _guard("read", uri, read)
        return target

    def filesystem(self, uri: str) -> tuple[S3FileSystem, str]:
        return self._fs, _key(uri)


def _key(uri: str) -> str:
    """The bucket and the object's key, as Arrow wants them: not encoded."""
    return unquote(uri.removeprefix("s3://"))


def _copy_of(key: str, folder: Path) -> Path:
    """A place of its own: keys must not meet in one, and may be longer than a name can be.

    Folders called `column=value` stay in its path, since what reads Parquet makes columns of them.
    """
    columns = [part for part in key.split("/")[:-1] if "=" in part and len(part.encode()) < 256]
    return Path(folder, hashlib.sha256(key.encode()).hexdigest(), *columns, "copy")


def _uri(path: str) -> str:
    return "s3://" + quote(path, safe=_PLAIN)


def _is_parquet(path: str, kind: FileType) -> bool:
    return kind == FileType.File and path.endswith(".parquet")


def _guard(action: str, uri: str, work: Callable[[], T]) -> T:
    try:
        return work()
    except FileNotFoundError as error:
        if action == "write":  # Of a write it is the bucket that is not there.
            raise ArtifactStoreUnavailable(action, uri, error) from error
        raise data_invalid(f"There is no file at {uri}.") from error
    except ArrowInvalid as error:
        raise data_invalid(f"{uri} names no object of S3: {error}") from error
    except OSError as error:
        denied = any(denial in str(error) for denial in _DENIALS)
        raise (ArtifactAccessDenied if denied else ArtifactStoreUnavailable)(action, uri, error) from error
