"""Why a run failed, said so that a program can act on it and a person can understand it."""

# The codes that another attempt may cure, since their cause lies outside of the work. api holds the same list.
RETRYABLE_CODES = frozenset({"process_killed", "training_worker_died", "artifact_store_unavailable"})


class RuntimeFailure(Exception):
    """The work cannot be done. `code` is for programs, `message` for people; it names what to change."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    @property
    def retryable(self) -> bool:
        """Whether the same work may succeed on another attempt."""
        return self.code in RETRYABLE_CODES

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class ArtifactStoreUnavailable(RuntimeFailure):
    """The artifact store refuses a read or a write that should have been possible."""

    def __init__(self, action: str, uri: str, cause: object) -> None:
        super().__init__("artifact_store_unavailable", f"The artifact store refused to {action} {uri}: {cause}")

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.message,)


class ArtifactAccessDenied(ArtifactStoreUnavailable):
    """The store does not know the keys, or does not let them do this."""


def _rebuild(message: str) -> ArtifactStoreUnavailable:
    failure = ArtifactStoreUnavailable.__new__(ArtifactStoreUnavailable)
    RuntimeFailure.__init__(failure, "artifact_store_unavailable", message)
    return failure


def column_missing(where: str, column: str, named_by: str, columns: list[str]) -> RuntimeFailure:
    """A column was named that `where` does not have. `named_by` is a JSON pointer into the run's spec."""
    return RuntimeFailure(
        "column_missing",
        f"{where} has no column `{column}` (named by {named_by}); it has: {', '.join(columns)}.",
    )


def config_invalid(message: str) -> RuntimeFailure:
    """The configuration contradicts itself or the inputs."""
    return RuntimeFailure("config_invalid", message)


def data_invalid(message: str) -> RuntimeFailure:
    """The data is not what the configuration says it is."""
    return RuntimeFailure("data_invalid", message)
