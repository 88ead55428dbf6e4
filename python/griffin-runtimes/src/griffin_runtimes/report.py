"""The runtime's final word on an attempt, in the shape that api's FinalReport schema has."""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from griffin_runtimes.errors import RuntimeFailure


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Reason(_Part):
    """A code for programs, a message for people."""

    code: str
    message: str

    @classmethod
    def of(cls, failure: RuntimeFailure) -> "Reason":
        return cls(code=failure.code, message=failure.message)


class ArtifactFile(_Part):
    """A file of an output, its path relative to the output's URI."""

    path: str
    size: int
    sha256: str

    @classmethod
    def of(cls, local: Path, path: str) -> "ArtifactFile":
        return cls(path=path, size=local.stat().st_size, sha256=sha256_of(local))


class Column(_Part):
    """A column and its type."""

    name: str
    type: str


class Signature(_Part):
    """What a model takes and gives."""

    inputs: list[Column]
    outputs: list[Column]


class ModelOutput(_Part):
    type: Literal["model"] = "model"
    uri: str
    files: list[ArtifactFile]
    framework: str
    signature: Signature


class Split(_Part):
    uri: str
    row_count: int


class DatasetOutput(_Part):
    type: Literal["dataset"] = "dataset"
    uri: str
    files: list[ArtifactFile]
    columns: list[Column] = Field(serialization_alias="schema", validation_alias="schema")
    row_count: int
    statistics: dict[str, dict[str, Any]]
    splits: dict[str, Split]
    label: str
    feature_columns: list[str]
    fingerprint: str
    source_fingerprints: dict[str, str]


class PredictionsOutput(_Part):
    type: Literal["predictions"] = "predictions"
    uri: str
    files: list[ArtifactFile]
    row_count: int


Output = Annotated[ModelOutput | DatasetOutput | PredictionsOutput, Field(discriminator="type")]


class Result(_Part):
    """What came of the work. `reason` is set when it failed."""

    reason: Reason | None = None
    metrics: dict[str, float] = {}
    links: dict[str, str] = {}
    outputs: list[Output] = []

    @property
    def outcome(self) -> Literal["succeeded", "failed"]:
        return "succeeded" if self.reason is None else "failed"

    def failed(self, failure: RuntimeFailure) -> "Result":
        """The same with a failure in place of its outputs."""
        return self.model_copy(update={"reason": Reason.of(failure), "outputs": []})


class FinalReport(_Part):
    """Bound to one run, attempt and boot: it is the commit of the attempt."""

    schema_version: Literal[1] = 1
    run_id: str
    attempt: int
    boot_id: str
    outcome: Literal["succeeded", "failed"]
    reason: Reason | None
    started_at: str
    finished_at: str
    metrics: dict[str, float]
    links: dict[str, str]
    outputs: list[Output]
    log_tail: str | None

    def to_json(self) -> bytes:
        return json.dumps(self.model_dump(mode="json", by_alias=True), allow_nan=False).encode()


def sha256_of(file: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
