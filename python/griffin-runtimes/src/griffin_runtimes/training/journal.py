"""Carries figures from the training workers to the driver, which alone talks to api and MLflow."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ray
from ray.exceptions import RayError

_POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Entry:
    """The metrics after a number of steps."""

    step: int
    metrics: dict[str, float]


class _Journal:
    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def append(self, entry: Entry) -> None:
        self._entries.append(entry)

    def after(self, count: int) -> list[Entry]:
        return self._entries[count:]


class Journal:
    """The workers' end: it can be sent to them. Appending does not wait for anybody.

    It is kept on the driver's node: a training outlives every other one.
    """

    def __init__(self) -> None:
        here = {"ray.io/node-id": ray.get_runtime_context().get_node_id()}
        self._actor: Any = ray.remote(num_cpus=0, label_selector=here)(_Journal).remote()

    def append(self, entry: Entry) -> None:
        self._actor.append.remote(entry)

    def after(self, count: int) -> list[Entry]:
        """The entries but the first `count`."""
        return ray.get(self._actor.after.remote(count), timeout=30)


class JournalReader:
    """The driver's end: reads from a thread of its own, as a context. What was written inside it is read by its end."""

    def __init__(self, journal: Journal, hear: Callable[[Entry], None]) -> None:
        self._journal = journal
        self._hear = hear
        self._seen = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    def __enter__(self) -> "JournalReader":
        self._thread.start()
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        if error is None:
            self._read()

    def _run(self) -> None:
        while not self._ended.wait(_POLL_SECONDS):
            try:
                self._read()
            except RayError:
                return  # Ray itself is going away, and the training says so.

    def _read(self) -> None:
        for entry in self._journal.after(self._seen):
            self._seen += 1
            self._hear(entry)
