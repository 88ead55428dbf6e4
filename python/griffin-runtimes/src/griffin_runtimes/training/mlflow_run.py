"""The MLflow run of one attempt, through MLflow's own client. Every call may fail, and may be made again."""

from typing import TYPE_CHECKING, NamedTuple

from griffin_runtimes.context import RunContext

if TYPE_CHECKING:
    from mlflow import MlflowClient


class Point(NamedTuple):
    """One value of a metric, in the order of MLflow's own Metric. The time is in milliseconds since 1970."""

    key: str
    value: float
    timestamp: int
    step: int


class MlflowRun:
    """Exists in MLflow once `open` has succeeded."""

    def __init__(self, url: str, context: RunContext) -> None:
        from mlflow import MlflowClient

        self._client = MlflowClient(url)
        self._url = url
        self._context = context
        self._experiment = ""
        self._id = ""

    def open(self) -> str:
        """The run's page; the run is made the first time."""
        spec = self._context.spec
        if not self._id:
            self._experiment = _experiment(self._client, f"{spec.project_id}/{spec.definition.name}")
            tags = {
                "griffin.run_id": spec.run_id,
                "griffin.attempt": str(self._context.environment.attempt),
                "griffin.project": spec.project_id,
                "griffin.definition": spec.definition.ref,
            }
            self._id = self._client.create_run(self._experiment, run_name=spec.name, tags=tags).info.run_id
        return f"{self._url}/#/experiments/{self._experiment}/runs/{self._id}"

    def describe(self, params: dict[str, object]) -> None:
        """Keeps what the run was configured with."""
        from mlflow.entities import Param

        self._client.log_batch(self._id, params=[Param(key, str(value)) for key, value in params.items()])

    def write(self, points: list[Point]) -> None:
        """At most 1000 at a time."""
        from mlflow.entities import Metric

        self._client.log_batch(self._id, metrics=[Metric(*point) for point in points])

    def end(self, succeeded: bool) -> None:
        self._client.set_terminated(self._id, "FINISHED" if succeeded else "FAILED")


def _experiment(client: "MlflowClient", name: str) -> str:
    """The experiment's id; runs that start together may both want to create it."""
    from mlflow.exceptions import MlflowException

    existing = client.get_experiment_by_name(name)
    if existing:
        return existing.experiment_id
    try:
        return client.create_experiment(name)
    except MlflowException:
        existing = client.get_experiment_by_name(name)
        if existing is None:
            raise
        return existing.experiment_id
