"""The client: where everything begins."""

from types import TracebackType

import httpx
from typing_extensions import Self

from griffin._async.datasets import AsyncDatasets
from griffin._async.events import AsyncEvents, AsyncLineage
from griffin._async.projects import AsyncProjects, AsyncTokens
from griffin._async.registry import AsyncRegistry
from griffin._async.stores import AsyncArchitectures, AsyncDefinitions, AsyncFeatures, AsyncRuntimes
from griffin._async.transport import AsyncTransport
from griffin._async.workflows import AsyncWorkflows
from griffin.config import Config
from griffin.retries import RetryPolicy


class AsyncClient:
    """Griffin's API for the project of one token. A context manager; `close` ends its connections.

    Nothing is sent before the first call. What may be sent again is, as `retries` says; a call raises ApiError where
    the API refuses it, and TransportError where it is not reached.
    """

    def __init__(
        self,
        api_url: str | None = None,
        token: str | None = None,
        *,
        profile: str | None = None,
        timeout: float = 30,
        retries: RetryPolicy | None = None,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        """Address and token: as given, or by the environment, or by a configuration file (`griffin.config`).

        `timeout`: seconds until a try of a call is given up. `http_client`: one of your own, for proxies and
        certificates. Raises ConfigurationError where address or token are said nowhere.
        """
        config = Config.resolve(api_url, token, profile)
        self._transport = AsyncTransport(config, retries or RetryPolicy(), timeout, http_client)
        self.projects = AsyncProjects(self._transport)
        self.tokens = AsyncTokens(self._transport)
        self.runtimes = AsyncRuntimes(self._transport)
        self.architectures = AsyncArchitectures(self._transport)
        self.features = AsyncFeatures(self._transport)
        self.datasets = AsyncDatasets(self._transport)
        self.definitions = AsyncDefinitions(self._transport)
        self.workflows = AsyncWorkflows(self._transport)
        self.registry = AsyncRegistry(self._transport)
        self.events = AsyncEvents(self._transport)
        self.lineage = AsyncLineage(self._transport)

    @property
    def api_url(self) -> str:
        """The address of the API."""
        return self._transport.config.api_url

    async def close(self) -> None:
        """Ends the connections. A client of your own stays open."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.api_url}>"
