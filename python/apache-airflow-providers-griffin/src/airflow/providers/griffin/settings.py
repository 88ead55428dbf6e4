"""What a connection says."""

from dataclasses import dataclass, field
from typing import Any

from airflow.sdk import Connection

import griffin

DEFAULT_CONNECTION = "griffin_default"

_DEFAULT_DEPLOYMENT = "airflow"


@dataclass(frozen=True)
class Settings:
    """A Griffin project and how to speak with it. Printing it shows no token."""

    api_url: str
    token: str = field(repr=False)
    deployment: str = _DEFAULT_DEPLOYMENT
    retries: griffin.RetryPolicy = field(default_factory=griffin.RetryPolicy)

    @classmethod
    def of(cls, connection: Connection) -> "Settings":
        """Raises griffin.ConfigurationError, which names the field of the connection and what belongs there."""
        extra = connection.extra_dejson
        return cls(
            api_url=_api_url(connection),
            token=_said(connection.password, connection, "Token (password)", "a token of the project"),
            deployment=str(extra.get("deployment") or _DEFAULT_DEPLOYMENT),
            retries=_retries(extra.get("retry_seconds"), connection),
        )


def _api_url(connection: Connection) -> str:
    host = _said(connection.host, connection, "API URL (host)", "the address, such as https://griffin.example.com")
    if "://" in host:
        return host
    port = f":{connection.port}" if connection.port else ""
    return f"{connection.schema or 'https'}://{host}{port}"


def _retries(seconds: Any, connection: Connection) -> griffin.RetryPolicy:
    if seconds in (None, ""):
        return griffin.RetryPolicy()
    try:
        return griffin.RetryPolicy(patience_seconds=float(seconds))
    except (TypeError, ValueError):
        raise _error(connection, "Retry for (retry_seconds)", "a number of seconds") from None


def _said(value: str | None, connection: Connection, name: str, what: str) -> str:
    if not value:
        raise _error(connection, name, what)
    return value


def _error(connection: Connection, name: str, what: str) -> griffin.ConfigurationError:
    return griffin.ConfigurationError(f"Connection {connection.conn_id}: set the field {name} to {what}.")
