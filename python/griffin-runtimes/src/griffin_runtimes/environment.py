"""What the process that started this attempt says about it, parsed once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_REQUIRED = (
    "GRIFFIN_RUN_ID",
    "GRIFFIN_ATTEMPT",
    "GRIFFIN_PROJECT_ID",
    "GRIFFIN_API_URL",
    "GRIFFIN_RUN_TOKEN",
    "GRIFFIN_ARTIFACT_ROOT",
)


class EnvironmentIncomplete(Exception):
    """Variables that a runtime cannot do without are missing or malformed."""


@dataclass(frozen=True)
class S3Settings:
    """How an S3 store is reached. Without keys the machine's own credentials are used. Printing it shows no key."""

    endpoint: str | None
    access_key: str | None = field(repr=False)
    secret_key: str | None = field(repr=False)
    region: str | None


@dataclass(frozen=True)
class AttemptEnvironment:
    """One attempt of one run: which it is, whom it answers to, and where its files go."""

    run_id: str
    attempt: int
    project_id: str
    api_url: str
    run_token: str = field(repr=False)
    run_root: str
    mlflow_url: str | None
    ray_address: str | None
    traceparent: str | None
    s3: S3Settings
    scratch_dir: str | None = None

    @classmethod
    def parse(cls, variables: Mapping[str, str]) -> "AttemptEnvironment":
        """Raises EnvironmentIncomplete, which names every variable that is missing."""
        missing = [name for name in _REQUIRED if not variables.get(name)]
        if missing:
            raise EnvironmentIncomplete(f"Missing environment variables: {', '.join(missing)}.")
        if not variables["GRIFFIN_ATTEMPT"].isdigit():
            raise EnvironmentIncomplete("GRIFFIN_ATTEMPT must be a whole number.")
        return cls(
            run_id=variables["GRIFFIN_RUN_ID"],
            attempt=int(variables["GRIFFIN_ATTEMPT"]),
            project_id=variables["GRIFFIN_PROJECT_ID"],
            api_url=variables["GRIFFIN_API_URL"].rstrip("/"),
            run_token=variables["GRIFFIN_RUN_TOKEN"],
            run_root=variables["GRIFFIN_ARTIFACT_ROOT"].rstrip("/"),
            mlflow_url=variables.get("GRIFFIN_MLFLOW_URL") or None,
            ray_address=variables.get("GRIFFIN_RAY_ADDRESS") or None,
            traceparent=variables.get("TRACEPARENT") or None,
            s3=S3Settings(
                endpoint=variables.get("GRIFFIN_S3_ENDPOINT") or None,
                access_key=variables.get("GRIFFIN_S3_ACCESS_KEY") or None,
                secret_key=variables.get("GRIFFIN_S3_SECRET_KEY") or None,
                region=variables.get("GRIFFIN_S3_REGION") or None,
            ),
            scratch_dir=variables.get("GRIFFIN_SCRATCH_DIR") or None,
        )
