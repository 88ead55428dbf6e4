"""The hook: Griffin's clients for an Airflow connection."""

import asyncio
from functools import cached_property
from typing import Any

from airflow.sdk import BaseHook

import griffin
from airflow.providers.griffin.settings import DEFAULT_CONNECTION, Settings

# Somebody looks at a button.
_TEST_RETRIES = griffin.RetryPolicy(patience_seconds=3)
_TEST_TIMEOUT_SECONDS = 10


class GriffinHook(BaseHook):
    """Gives the clients of the package `griffin-mltp` for a connection.

    They send a request again after a failure to connect, a timeout, 408, 429 and 5xx, honouring Retry-After, as long as
    the connection's "Retry for" says; a POST only where it has an idempotency key or does nothing the second time.
    """

    conn_name_attr = "griffin_conn_id"
    default_conn_name = DEFAULT_CONNECTION
    conn_type = "griffin"
    hook_name = "Griffin"

    def __init__(self, griffin_conn_id: str = DEFAULT_CONNECTION, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.griffin_conn_id = griffin_conn_id

    @cached_property
    def settings(self) -> Settings:
        """Looked up once. Raises griffin.ConfigurationError."""
        return Settings.of(self.get_connection(self.griffin_conn_id))

    def client(
        self, *, timeout: float = 30, retries: griffin.RetryPolicy | None = None, settings: Settings | None = None
    ) -> griffin.Client:
        """A client of one's own, to be closed: `with hook.client() as client`."""
        found = settings or self.settings
        return griffin.Client(found.api_url, found.token, timeout=timeout, retries=retries or found.retries)

    async def async_settings(self) -> Settings:
        """Looked up each time, so that who lives long sees a token that was changed. Raises ConfigurationError."""
        return Settings.of(await self.aget_connection(self.griffin_conn_id))

    async def async_client(self, settings: Settings | None = None) -> griffin.AsyncClient:
        """As `client`, for asyncio."""
        found = settings or await self.async_settings()
        # Making one reads files: certificates, and a configuration if there is one.
        return await asyncio.to_thread(griffin.AsyncClient, found.api_url, found.token, retries=found.retries)

    def test_connection(self) -> tuple[bool, str]:
        """For the button in the form of a connection: asks which project the token opens."""
        try:
            with self.client(timeout=_TEST_TIMEOUT_SECONDS, retries=_TEST_RETRIES) as client:
                return True, f"Connected to project {client.projects.current().name}"
        except griffin.AuthenticationError:
            return False, "Griffin does not know this token: set the field Token (password) to one of the project."
        except griffin.GriffinError as error:
            return False, str(error)
