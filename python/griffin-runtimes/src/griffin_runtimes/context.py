"""What a task is given to work with."""

from dataclasses import dataclass
from pathlib import Path

from griffin_runtimes import layout
from griffin_runtimes.environment import AttemptEnvironment
from griffin_runtimes.errors import ArtifactAccessDenied, data_invalid
from griffin_runtimes.progress import Progress
from griffin_runtimes.report import ArtifactFile
from griffin_runtimes.spec import RunSpec
from griffin_runtimes.store import ArtifactStore, open_store


@dataclass(frozen=True)
class RunContext:
    """One attempt of a run, seen from inside. `scratch` is a folder of this machine that goes away with the attempt."""

    spec: RunSpec
    environment: AttemptEnvironment
    store: ArtifactStore
    scratch: Path
    progress: Progress

    def output_uri(self, name: str) -> str:
        """Where this attempt's output of that name goes."""
        return f"{layout.attempt_root(self.environment.run_root, self.environment.attempt)}/{name}"

    def keep(self, uri: str, files: list[Path]) -> list[ArtifactFile]:
        """Puts files of this machine into the store, side by side under `uri`, and says what was put."""
        for file in files:
            self.store.put_file(f"{uri}/{file.name}", file)
        return [ArtifactFile.of(file, file.name) for file in files]

    def local_copies(self, uri: str) -> list[Path]:
        """The Parquet files at a file:// or s3:// URI, on this machine, which the run's S3 settings give access to.

        Raises data_invalid where there is none, and where reading is denied: other attempts would be denied as well.
        """
        store = open_store(uri, self.environment.s3)
        folder = self.scratch / "sources"
        folder.mkdir(exist_ok=True)
        try:
            copies = [store.fetch(file, folder) for file in store.files(uri)]
        except ArtifactAccessDenied as denied:
            raise data_invalid(
                f"Access to {uri} is denied: the S3 keys of this installation must be allowed to list and read it. "
                f"{denied.message}"
            ) from denied
        if not copies:
            raise data_invalid(f"There is no Parquet file at {uri}.")
        return copies
