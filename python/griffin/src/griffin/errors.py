"""Everything that this package raises on purpose. Decide by class, `code` and `retryable`, never by the text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from griffin.terminal import plain


class GriffinError(Exception):
    """The base of all errors of this package."""

    # Whether the same call may succeed later.
    retryable: bool = False
    # What the other side asked to wait before it is called again, in seconds.
    retry_after: float | None = None

    def __str__(self) -> str:
        """Much of it may be somebody else's words: none of them acts on a terminal."""
        return plain(super().__str__())


class ConfigurationError(GriffinError):
    """No address, no token, or a configuration file that cannot be read."""


class InvalidArgumentError(GriffinError, ValueError):
    """A value that no request can be made of, or that does not fit what it is for. Nothing was sent."""


class MissingExtraError(GriffinError, ImportError):
    """What was asked for needs packages that are not installed; the message says which extra has them."""


class TransportError(GriffinError):
    """The API was not reached, or broke off. `sent` says whether it may have got the request."""

    retryable = True

    def __init__(self, message: str, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent


class UnexpectedAnswerError(GriffinError):
    """Something answered that does not speak as the API does: a proxy perhaps, or another version."""


class IntegrityError(GriffinError):
    """A file is not what the registry says it is."""


class WaitTimeoutError(GriffinError, TimeoutError):
    """What was waited for did not happen in time. Nothing was ended by that."""

    retryable = True


class RunNotSuccessfulError(GriffinError):
    """A run ended without success. `run` is the run as it ended, and `code` the reason's."""

    def __init__(self, message: str, run: Any, code: str | None) -> None:
        super().__init__(message)
        self.run = run
        self.code = code
        self.retryable = bool(run.retryable)


class DatasetFailedError(GriffinError):
    """A training dataset was not generated. `code` is the reason's."""

    def __init__(self, message: str, code: str | None) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class FieldError:
    """One thing that is wrong with a request. `pointer` is a JSON Pointer into its body or its parameters."""

    pointer: str
    code: str
    message: str

    @property
    def field(self) -> str:
        """The pointer as people write it: `/config/max_depth` is `config.max_depth`."""
        return ".".join(part.replace("~1", "/").replace("~0", "~") for part in self.pointer.split("/")[1:])


class ApiError(GriffinError):
    """The API refused a request with a problem document (RFC 9457). The subclasses go by its status."""

    def __init__(self, status: int, problem: Mapping[str, Any], request: str, retry_after: float | None = None) -> None:
        """`request` is its method and path."""
        self.status = status
        self.code = str(problem.get("code") or f"http_{status}")
        self.title = str(problem.get("title") or "")
        self.detail = str(problem.get("detail") or "")
        self.errors = _field_errors(problem.get("errors"))
        self.retryable = bool(problem.get("retryable", status in _RETRYABLE_STATUSES))
        self.retry_after = retry_after
        self.trace_id = str(problem.get("trace_id") or "")
        self.request = request
        super().__init__(self._text())

    def _text(self) -> str:
        said = f"{self.request} answered {self.status} {self.code}: {self.detail or self.title}"
        return said + "".join(f"\n  {self._at(error)}" for error in self.errors)

    def _at(self, error: FieldError) -> str:
        """Where the field's message is the whole one it is not said twice."""
        field = error.field or "(body)"
        return f"in {field}" if error.message == self.detail else f"{field}: {error.message}"


class BadRequestError(ApiError):
    """400: the request cannot be read. What this package sends can be, so a value in a path or query is at fault."""


class AuthenticationError(ApiError):
    """401: no valid token came with the request."""


class PermissionDeniedError(ApiError):
    """403: the token may not do this."""


class NotFoundError(ApiError):
    """404: what was named does not exist in the project."""


class ConflictError(ApiError):
    """409: not possible in the present state."""


class OwnerSupersededError(ConflictError):
    """409 `owner_superseded`: a later try of the same owner has spoken. Nothing was changed."""


class GoneError(ApiError):
    """410: it existed, and was removed for good."""


class InvalidInputError(ApiError):
    """422: the body is not acceptable; `errors` says where and why."""


class IdempotencyKeyReusedError(InvalidInputError):
    """422 `idempotency_key_reused`: the key came with another body before."""


class RateLimitedError(ApiError):
    """429: too many requests."""


class ServerError(ApiError):
    """5xx: it could not be served; `retryable` says whether to come back."""


_RETRYABLE_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})

_BY_CODE: dict[str, type[ApiError]] = {
    "owner_superseded": OwnerSupersededError,
    "idempotency_key_reused": IdempotencyKeyReusedError,
}
_BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    410: GoneError,
    422: InvalidInputError,
    429: RateLimitedError,
}


def api_error(status: int, problem: Mapping[str, Any], request: str, retry_after: float | None) -> ApiError:
    """The error of the class that fits, by the problem's code or else by the status."""
    code = str(problem.get("code"))
    kind = _BY_CODE.get(code) or _BY_STATUS.get(status) or (ServerError if status >= 500 else ApiError)
    return kind(status, problem, request, retry_after)


def _field_errors(given: Any) -> list[FieldError]:
    if not isinstance(given, list):
        return []
    names = ("pointer", "code", "message")
    return [FieldError(*(str(one.get(name, "")) for name in names)) for one in given if isinstance(one, dict)]
