"""A file that comes in pieces, and is there only once it is whole and right."""

import hashlib
import tempfile
from pathlib import Path
from types import TracebackType

import httpx

from griffin import models
from griffin.errors import IntegrityError


class Download:
    """Writes beside the place of the file, and moves it there at the end of the context."""

    def __init__(self, artifact: models.Artifact, folder: Path) -> None:
        self._artifact = artifact
        self._target = _inside(folder, artifact.path)
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.NamedTemporaryFile(dir=self._target.parent, prefix=".griffin-", delete=False)  # noqa: SIM115
        self._digest = hashlib.sha256()
        self._size = 0

    def range_header(self) -> dict[str, str]:
        """Asks for what is not here yet."""
        return {"range": f"bytes={self._size}-"} if self._size else {}

    def begin(self, response: httpx.Response) -> None:
        """Goes on, or begins anew where the answer is the whole file."""
        if response.status_code != httpx.codes.PARTIAL_CONTENT and self._size:
            self._file.seek(0)
            self._file.truncate()
            self._digest, self._size = hashlib.sha256(), 0

    def write(self, data: bytes) -> None:
        """The next piece. Raises IntegrityError where there is more than the registry knows of."""
        self._size += len(data)
        if self._size > self._artifact.size:
            raise IntegrityError(f"{self._artifact.path} is longer than its {self._artifact.size} bytes")
        self._digest.update(data)
        self._file.write(data)

    def __enter__(self) -> "Download":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()
        part = Path(self._file.name)
        try:
            if error is None:
                self._check()
                part.chmod(0o644)
                part.replace(self._target)
        finally:
            part.unlink(missing_ok=True)

    def _check(self) -> None:
        digest = self._digest.hexdigest()
        if digest != self._artifact.sha256:
            known = self._artifact.sha256
            raise IntegrityError(f"{self._artifact.path} has the SHA-256 {digest}, and the registry says {known}")


def _inside(folder: Path, path: str) -> Path:
    """Where a file of that path lies in the folder. Raises IntegrityError for a path that leads out of it."""
    root = folder.resolve()
    target = (root / path).resolve()
    if target == root or not target.is_relative_to(root):
        raise IntegrityError(f"the artifact path {path!r} leads out of the folder")
    return target
