"""Tells api how the work goes, without ever holding it up."""

import logging
import threading
from typing import Any

import httpx

from griffin_runtimes.api_client import ApiClient, ApiRefused, Superseded

log = logging.getLogger(__name__)

_INTERVAL_SECONDS = 1.0


class Progress:
    """Posts the newest figures at most once a second, from a thread of its own. What did not arrive is lost."""

    def __init__(self, api: ApiClient, interval_seconds: float = _INTERVAL_SECONDS) -> None:
        self._api = api
        self._interval_seconds = interval_seconds
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._closed = threading.Event()
        self._figures: dict[str, Any] | None = None
        self._complained = False
        self._phase: str | None = None
        self._links: dict[str, str] = {}
        self._unsent_links: dict[str, str] = {}
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)
        self._thread.start()

    def update(
        self,
        phase: str,
        fraction: float | None = None,
        message: str | None = None,
        metrics: dict[str, float] | None = None,
    ) -> None:
        """What is being done, how much of it is (0 to 1), and the metrics so far."""
        figures = {"phase": phase, "fraction": fraction, "message": message, "metrics": metrics}
        if phase != self._phase:
            log.info("%s: %s", phase, message)
        with self._lock:
            self._phase = phase
            self._figures = {name: value for name, value in figures.items() if value is not None}
        self._news.set()

    def link(self, name: str, url: str) -> None:
        """A page about this attempt. It is sent until it arrives, and belongs to the report."""
        with self._lock:
            self._links[name] = self._unsent_links[name] = url
        self._news.set()

    def links(self) -> dict[str, str]:
        """All links so far."""
        with self._lock:
            return dict(self._links)

    def close(self) -> None:
        """Says nothing more. The report that follows holds all that matters."""
        self._closed.set()
        self._news.set()

    def _run(self) -> None:
        while not self._closed.is_set():
            self._news.wait()
            self._news.clear()
            if not self._closed.is_set():
                self._send()
            self._closed.wait(self._interval_seconds)

    def _send(self) -> None:
        with self._lock:
            figures, links = self._figures, self._unsent_links
            self._figures, self._unsent_links = None, {}
        body = {name: part for name, part in (("progress", figures), ("links", links)) if part}
        if not body:
            return
        try:
            self._api.progress(body)
        except Superseded as answer:
            log.warning("api wants to hear no more of this attempt: %s", answer)
            self._closed.set()
        except (httpx.HTTPError, ApiRefused) as trouble:
            self._complain(trouble)
            self._keep(links)
        else:
            self._complained = False

    def _complain(self, trouble: Exception) -> None:
        if not self._complained:
            log.warning("progress does not arrive at api: %r", trouble)
        self._complained = True

    def _keep(self, links: dict[str, str]) -> None:
        with self._lock:
            self._unsent_links = {**links, **self._unsent_links}
        if links:
            self._news.set()
