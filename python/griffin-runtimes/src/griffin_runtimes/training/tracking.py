"""Metrics to MLflow. MLflow being away or slow delays nothing but the metrics."""

import logging
import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from griffin_runtimes.context import RunContext

if TYPE_CHECKING:
    from mlflow import MlflowClient

log = logging.getLogger(__name__)

_RETRY_SECONDS = 5.0
_CLOSE_SECONDS = 10.0
_MOST_PENDING = 10_000
_BATCH = 1_000

# The client would otherwise try for minutes.
_BOUNDS = {
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "5",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
}

Point = tuple[str, float, int, int]


class Tracker:
    """The MLflow run of one attempt, written from a thread of its own. Without a URL it does nothing."""

    def __init__(
        self,
        context: RunContext,
        params: dict[str, object],
        found: Callable[[str], None],
        retry_seconds: float = _RETRY_SECONDS,
    ) -> None:
        """`found` gets the run's page as soon as the run exists."""
        self._retry_seconds = retry_seconds
        self._url = context.environment.mlflow_url
        self._context = context
        self._params = params
        self._found = found
        self._lock = threading.Lock()
        self._points: list[Point] = []
        self._news = threading.Event()
        self._status: str | None = None
        self._run_id: str | None = None
        self.is_reachable = True
        self._thread = threading.Thread(target=self._run, name="mlflow", daemon=True)
        if self._url:
            os.environ.update({name: value for name, value in _BOUNDS.items() if name not in os.environ})
            self._thread.start()

    def log(self, step: int, metrics: dict[str, float]) -> None:
        """Takes metrics at once; they arrive when MLflow takes them."""
        now = time.time_ns() // 1_000_000
        with self._lock:
            self._points += [(key, value, now, step) for key, value in metrics.items()]
            del self._points[: max(0, len(self._points) - _MOST_PENDING)]
        self._news.set()

    def close(self, succeeded: bool) -> None:
        """Ends the MLflow run. Waits for what is still under way, for seconds, and not at all if MLflow is away."""
        self._status = "FINISHED" if succeeded else "FAILED"
        self._news.set()
        if self._url and self.is_reachable:
            self._thread.join(_CLOSE_SECONDS)

    def _run(self) -> None:
        client: MlflowClient | None = None
        while True:
            try:
                client = client or self._connect()
                ended = self._write(client)
                self.is_reachable = True
                if ended:
                    return
                self._news.wait()
            except Exception as error:  # noqa: BLE001 -- metrics are not worth a run: whatever it is, it is logged
                if self.is_reachable:
                    log.warning("MLflow takes no metrics: %s", error)
                self.is_reachable = False
                if self._status:
                    return
                time.sleep(self._retry_seconds)

    def _connect(self) -> "MlflowClient":
        from mlflow import MlflowClient

        return MlflowClient(self._url)

    def _write(self, client: "MlflowClient") -> bool:
        """Brings MLflow up to date; true once the run has ended there too."""
        self._news.clear()
        if self._run_id is None:
            self._run_id = self._create(client)
        status = self._status
        while points := self._points[:_BATCH]:
            self._send(client, self._run_id, points)
            with self._lock:
                sent = set(points)
                self._points = [point for point in self._points if point not in sent]
        if status:
            client.set_terminated(self._run_id, status)
        return status is not None

    def _send(self, client: "MlflowClient", run_id: str, points: list[Point]) -> None:
        from mlflow.entities import Metric

        client.log_batch(run_id, metrics=[Metric(*point) for point in points])

    def _create(self, client: "MlflowClient") -> str:
        from mlflow.entities import Param

        spec = self._context.spec
        experiment = _experiment(client, f"{spec.project_id}/{spec.definition.name}")
        tags = {
            "griffin.run_id": spec.run_id,
            "griffin.attempt": str(self._context.environment.attempt),
            "griffin.project": spec.project_id,
            "griffin.definition": spec.definition.ref,
        }
        run_id = client.create_run(experiment, run_name=spec.name, tags=tags).info.run_id
        self._found(f"{self._url}/#/experiments/{experiment}/runs/{run_id}")
        client.log_batch(run_id, params=[Param(key, str(value)) for key, value in self._params.items()])
        return run_id


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
