"""The runtime's side of api: claim an attempt, say how it goes, report how it ended."""

import logging
import random
import time
from typing import Any

import httpx

from griffin_runtimes.environment import AttemptEnvironment

log = logging.getLogger(__name__)

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0


class Superseded(Exception):
    """api wants nothing more of this attempt: another boot, a newer attempt or the run's end came first."""


class Claimed(Superseded):
    """Another boot has this attempt: what runs it has begun it a second time."""


class ApiRefused(Exception):
    """api answers that the request itself is wrong: sending it again cannot help."""


class ApiAway(Exception):
    """api did not answer for as long as it was worth waiting."""


class ApiClient:
    """Speaks for one attempt. `patience_seconds`: how long a call that must arrive is tried again."""

    def __init__(self, environment: AttemptEnvironment, patience_seconds: float = 600) -> None:
        headers = {"authorization": f"Bearer {environment.run_token}"}
        if environment.traceparent:
            headers["traceparent"] = environment.traceparent
        base = f"{environment.api_url}/api/workflows/{environment.run_id}/attempts/{environment.attempt}"
        self._http = httpx.Client(base_url=base, headers=headers, timeout=10, trust_env=False)
        self._patience_seconds = patience_seconds

    def start(self, boot_id: str) -> dict[str, Any]:
        """Claims the attempt for this boot and returns its spec. Raises Superseded where it is not ours to claim."""
        return self._until_answered("/start", {"boot_id": boot_id}).json()

    def report(self, report: bytes) -> None:
        """Commits the attempt's end. Sending the same report twice is the same as once."""
        self._until_answered("/report", report)

    def progress(self, body: dict[str, Any]) -> None:
        """Says how it goes, once: a lost one is made good by the next. Raises what httpx raises, and Superseded."""
        _judge(self._post("/progress", body, timeout=3))

    def _until_answered(self, path: str, body: dict[str, Any] | bytes) -> httpx.Response:
        deadline = time.monotonic() + self._patience_seconds
        pause = _FIRST_PAUSE_SECONDS
        while True:
            trouble: object
            try:
                response = self._post(path, body)
            except httpx.TransportError as error:
                trouble = repr(error)
            else:
                if not _worth_another_try(response):
                    return _judge(response)
                trouble = response.status_code
            if time.monotonic() + pause > deadline:
                raise ApiAway(f"api did not take POST {path} within {self._patience_seconds:.0f} s: {trouble}")
            log.warning("api does not take POST %s (%s); trying again", path, trouble)
            time.sleep(pause * random.uniform(0.8, 1.2))
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    def _post(self, path: str, body: dict[str, Any] | bytes, timeout: float = 10) -> httpx.Response:
        if isinstance(body, bytes):
            headers = {"content-type": "application/json"}
            return self._http.post(path, content=body, headers=headers, timeout=timeout)
        return self._http.post(path, json=body, timeout=timeout)


def _worth_another_try(response: httpx.Response) -> bool:
    return response.status_code >= 500 or response.status_code in (408, 425, 429)


def _judge(response: httpx.Response) -> httpx.Response:
    if response.status_code == httpx.codes.CONFLICT:
        detail = _detail(response)
        raise Claimed(detail) if detail.startswith("attempt_claimed:") else Superseded(detail)
    if response.is_error:
        raise ApiRefused(f"{response.status_code} {_detail(response)}")
    return response


def _detail(response: httpx.Response) -> str:
    try:
        problem = response.json()
    except ValueError:
        return response.text[:500]
    return f"{problem.get('code')}: {problem.get('detail')}" if isinstance(problem, dict) else response.text[:500]
