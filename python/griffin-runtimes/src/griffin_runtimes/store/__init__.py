"""The artifact store: a folder of this machine, or a bucket of an S3 service."""

from griffin_runtimes.environment import S3Settings
from griffin_runtimes.errors import config_invalid
from griffin_runtimes.store.port import ArtifactStore

__all__ = ["ArtifactStore", "open_store"]


def open_store(uri: str, s3: S3Settings) -> ArtifactStore:
    """The store that `uri` (file:///... or s3://bucket/...) lies in. Opening touches nothing."""
    if uri.startswith("file:///"):
        from griffin_runtimes.store.file_store import FileStore

        return FileStore()
    if uri.startswith("s3://"):
        from griffin_runtimes.store.s3_store import S3Store

        return S3Store(s3)
    raise config_invalid(f"Artifacts lie at file:///... or s3://...; {uri} is neither.")
