"""A request as data, and what its answer is: no input or output here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from griffin.errors import ApiError, InvalidArgumentError, UnexpectedAnswerError, api_error

Answer = TypeVar("Answer", bound=BaseModel)

# What the API may at most be asked to hold an answer back, in seconds.
LONGEST_WAIT_SECONDS = 60


@dataclass(frozen=True)
class Request:
    """One request. `repeatable`: sending it twice does what sending it once does."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = True

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def held_seconds(self) -> float:
        """For how long the answer may be held back on purpose."""
        body_wait = self.body.get("wait") if isinstance(self.body, Mapping) else None
        return float(self.query.get("wait") or body_wait or 0)


def get(path: str, headers: Mapping[str, str] | None = None, **query: Any) -> Request:
    """A GET. What is None in the query is left out."""
    return Request("GET", path, query=_given(query), headers=headers or {})


def post(path: str, body: Any, key: str | None = None, repeatable: bool = False, **query: Any) -> Request:
    """A POST, which may be repeated if it has an idempotency key, or does nothing the second time anyway."""
    headers = {} if key is None else {"idempotency-key": key}
    return Request("POST", path, _given(query), body, headers, repeatable=repeatable or key is not None)


def put(path: str, body: Any) -> Request:
    return Request("PUT", path, body=body)


def delete(path: str, repeatable: bool = True, **query: Any) -> Request:
    return Request("DELETE", path, query=_given(query), repeatable=repeatable)


def path_of(*segments: object) -> str:
    """A path below `/api`. What a segment holds cannot lead elsewhere."""
    quoted = [quote(str(segment), safe="") for segment in segments]
    if any(segment in ("", ".", "..") for segment in quoted):
        raise InvalidArgumentError(f"no part of {segments} may be empty or made of dots")
    return "/api/" + "/".join(quoted)


def query_text(value: Any) -> str:
    """A value as the query has it: several with commas. Raises InvalidArgumentError for a time without a zone."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return _json_value(value)
    return ",".join(map(str, value)) if isinstance(value, (list, tuple, set)) else str(value)


def body_bytes(body: Any) -> bytes:
    """JSON, with times as the API reads them. Raises InvalidArgumentError for what JSON does not have."""
    try:
        return json.dumps(body, default=_json_value, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(f"the request cannot be written as JSON: {error}") from None


def parse(model: type[Answer], response: httpx.Response) -> Answer:
    """The answer's body. Raises UnexpectedAnswerError where it is none of the model's."""
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        where = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5])
        said = f"{_name(response)} answered {response.status_code} with something else than a {model.__name__}"
        hint = "Is it Griffin that answers, and is this package up to date?"
        raise UnexpectedAnswerError(f"{said} ({where}). {hint}") from None


def error_of(response: httpx.Response) -> ApiError:
    """The error that an answer but 2xx and 304 stands for."""
    return api_error(response.status_code, _problem(response), _name(response), _retry_after(response))


def _problem(response: httpx.Response) -> Mapping[str, Any]:
    try:
        problem = response.json()
    except ValueError:
        problem = None
    if isinstance(problem, dict):
        return problem
    # A proxy or a crash may answer with anything.
    return {"title": response.reason_phrase, "detail": response.text[:500]}


def _retry_after(response: httpx.Response) -> float | None:
    said = response.headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - datetime.now(timezone.utc)).total_seconds())


def _name(response: httpx.Response) -> str:
    return f"{response.request.method} {response.request.url.path}"


def _given(query: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}


def _json_value(value: Any) -> str:
    if not isinstance(value, datetime):
        raise InvalidArgumentError(f"{type(value).__name__} is nothing that JSON has")
    if value.tzinfo is None:
        raise InvalidArgumentError(f"{value} has no time zone; say which, as datetime.now(timezone.utc) does")
    return value.isoformat()
