"""Sends requests, and sends them again where that may help. All that is decided here is decided by pure functions."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from griffin._request import Answer, Request, body_bytes, error_of, parse, query_text
from griffin._version import __version__
from griffin.config import Config
from griffin.errors import ApiError, GriffinError, TransportError
from griffin.retries import RetryPolicy

# Nothing has gone out yet when these are raised.
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

# Beyond what the API was asked to hold an answer back.
_MARGIN_SECONDS = 10


class AsyncTransport:
    """One connection pool to one API, with one token."""

    def __init__(
        self, config: Config, retries: RetryPolicy, timeout_seconds: float, http: httpx.AsyncClient | None = None
    ) -> None:
        """`http`: a client of the caller's own, for proxies or certificates; it stays the caller's to close."""
        self.config = config
        self.retries = retries
        self._timeout_seconds = timeout_seconds
        self._is_own = http is None
        self._http = http if http is not None else httpx.AsyncClient()

    async def close(self) -> None:
        if self._is_own:
            await self._http.aclose()

    async def ask(self, model: type[Answer], request: Request, *, waiting: bool = False) -> Answer:
        """The answer's body. Raises ApiError, TransportError or UnexpectedAnswerError."""
        return parse(model, await self.send(request, waiting=waiting))

    async def send(self, request: Request, *, waiting: bool = False) -> httpx.Response:
        """The answer, read whole: 2xx, or 304 to whoever asked what changed. `waiting`: as part of a longer wait."""
        policy = self.retries.for_waiting() if waiting else self.retries
        begun, retries = time.monotonic(), 0
        while True:
            try:
                return await self.send_once(request)
            except GriffinError as error:
                pause = policy.pause(error, retries, time.monotonic() - begun)
                if pause is None or not (request.repeatable or _was_never_done(error)):
                    raise
            await asyncio.sleep(pause)
            retries += 1

    async def send_once(self, request: Request) -> httpx.Response:
        """One try."""
        async with self.stream(request) as response:
            await response.aread()
            return response

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[httpx.Response]:
        """One try, with an answer that was not read yet."""
        response: httpx.Response | None = None
        try:
            response = await self._http.send(self._build(request), stream=True, follow_redirects=False)
            if not response.is_success and response.status_code != httpx.codes.NOT_MODIFIED:
                await response.aread()
                raise error_of(response)
            yield response
        except httpx.RequestError as error:
            raise TransportError(f"{request.name}: {_said(error)}", sent=not isinstance(error, _UNSENT)) from error
        finally:
            if response is not None:
                await response.aclose()

    def _build(self, request: Request) -> httpx.Request:
        query = {name: query_text(value) for name, value in request.query.items()}
        content = None if request.body is None else body_bytes(request.body)
        return self._http.build_request(
            request.method,
            self.config.api_url + request.path,
            params=query or None,
            headers=self._headers(request),
            content=content,
            timeout=self._timeout(request),
        )

    def _headers(self, request: Request) -> httpx.Headers:
        """Of the class that does not show a token when it is printed."""
        headers = httpx.Headers(request.headers)
        headers["accept"] = "application/json"
        headers["authorization"] = f"Bearer {self.config.token}"
        headers["user-agent"] = f"griffin-mltp/{__version__}"
        if request.body is not None:
            headers["content-type"] = "application/json"
        return headers

    def _timeout(self, request: Request) -> httpx.Timeout:
        held = request.held_seconds
        read = max(self._timeout_seconds, held + _MARGIN_SECONDS) if held else self._timeout_seconds
        return httpx.Timeout(self._timeout_seconds, read=read)


def _was_never_done(error: GriffinError) -> bool:
    """Whether it is certain that nothing came of the request."""
    if isinstance(error, TransportError):
        return not error.sent
    return isinstance(error, ApiError) and error.status == httpx.codes.TOO_MANY_REQUESTS


def _said(error: httpx.RequestError) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
