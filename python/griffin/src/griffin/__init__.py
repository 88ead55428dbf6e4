"""Griffin's client: `griffin.Client`, and `griffin.AsyncClient` for asyncio."""

from griffin import models
from griffin._async.client import AsyncClient
from griffin._async.datasets import AsyncDatasetVersion
from griffin._async.run import AsyncRun
from griffin._sync.client import Client
from griffin._sync.datasets import DatasetVersion
from griffin._sync.run import Run
from griffin._version import __version__
from griffin.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    DatasetFailedError,
    FieldError,
    GoneError,
    GriffinError,
    IdempotencyKeyReusedError,
    IntegrityError,
    InvalidArgumentError,
    InvalidInputError,
    MissingExtraError,
    NotFoundError,
    OwnerSupersededError,
    PermissionDeniedError,
    RateLimitedError,
    RunNotSuccessfulError,
    ServerError,
    TransportError,
    UnexpectedAnswerError,
    WaitTimeoutError,
)
from griffin.loading import LoadedModel
from griffin.retries import RetryPolicy

__all__ = [
    "ApiError",
    "AsyncClient",
    "AsyncDatasetVersion",
    "AsyncRun",
    "AuthenticationError",
    "BadRequestError",
    "Client",
    "ConfigurationError",
    "ConflictError",
    "DatasetFailedError",
    "DatasetVersion",
    "FieldError",
    "GoneError",
    "GriffinError",
    "IdempotencyKeyReusedError",
    "IntegrityError",
    "InvalidArgumentError",
    "InvalidInputError",
    "LoadedModel",
    "MissingExtraError",
    "NotFoundError",
    "OwnerSupersededError",
    "PermissionDeniedError",
    "RateLimitedError",
    "RetryPolicy",
    "Run",
    "RunNotSuccessfulError",
    "ServerError",
    "TransportError",
    "UnexpectedAnswerError",
    "WaitTimeoutError",
    "__version__",
    "models",
]
