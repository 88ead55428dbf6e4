"""Metrics to MLflow. MLflow being away or slow delays nothing but the metrics."""

import logging
import os
import threading
import time
from collections.abc import Callable

from griffin_runtimes.context import RunContext
from griffin_runtimes.training.mlflow_run import MlflowRun, Point

log = logging.getLogger(__name__)

_RETRY_SECONDS = 5.0
_CLOSE_SECONDS = 10.0
_CLOSE_SECONDS_WHEN_AWAY = 1.0
_MOST_PENDING = 10_000
_BATCH = 1_000

# The client would otherwise try for minutes.
_BOUNDS = {
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "5",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
}


class Tracker:
    """Keeps an attempt's MLflow run up to date, from a thread of its own. Without a URL it does nothing."""

    def __init__(
        self,
        context: RunContext,
        params: dict[str, object],
        found: Callable[[str], None],
        retry_seconds: float = _RETRY_SECONDS,
    ) -> None:
        """`found` gets the run's page as soon as the run exists."""
        self._context = context
        self._params: dict[str, object] | None = params
        self._found = found
        self._retry_seconds = retry_seconds
        self._lock = threading.Lock()
        self._points: list[Point] = []
        self._news = threading.Event()
        self._closed = threading.Event()
        self._succeeded = False
        self._run: MlflowRun | None = None
        self.is_reachable = True
        self._url = context.environment.mlflow_url
        if self._url:
            os.environ.update({name: value for name, value in _BOUNDS.items() if name not in os.environ})
            self._thread = threading.Thread(target=self._keep_up, args=(self._url,), name="mlflow", daemon=True)
            self._thread.start()

    def log(self, step: int, metrics: dict[str, float]) -> None:
        """Takes metrics at once; they arrive when MLflow takes them."""
        now = time.time_ns() // 1_000_000
        with self._lock:
            self._points += [Point(key, value, now, step) for key, value in metrics.items()]
            del self._points[: max(0, len(self._points) - _MOST_PENDING)]
        self._news.set()

    def close(self, succeeded: bool) -> None:
        """Ends the MLflow run. Waits a few seconds for what is under way, and hardly at all while MLflow is away."""
        self._succeeded = succeeded
        self._closed.set()
        self._news.set()
        if self._url:
            self._thread.join(_CLOSE_SECONDS if self.is_reachable else _CLOSE_SECONDS_WHEN_AWAY)

    def _keep_up(self, url: str) -> None:
        is_last = False
        while not is_last:
            self._news.clear()
            is_last = self._closed.is_set()
            try:
                self._write(url)
                if is_last and self._run:
                    self._run.end(self._succeeded)
            except Exception as error:  # noqa: BLE001 -- metrics are not worth a run: whatever it is, it is logged
                self._complain(error)
                self._closed.wait(self._retry_seconds)
            else:
                if not is_last:
                    self._news.wait()

    def _write(self, url: str) -> None:
        """Brings MLflow up to date, as far as it lets."""
        if self._run is None:
            run = MlflowRun(url, self._context)
            self._found(run.open())
            self._run = run
            self.is_reachable = True
        if self._params is not None:
            self._run.describe(self._params)
            self._params = None
        while points := self._points[:_BATCH]:
            self._run.write(points)
            self.is_reachable = True
            with self._lock:
                sent = set(points)
                self._points = [point for point in self._points if point not in sent]

    def _complain(self, error: Exception) -> None:
        if self.is_reachable:
            log.warning("MLflow takes no metrics: %s", error)
        self.is_reachable = False
