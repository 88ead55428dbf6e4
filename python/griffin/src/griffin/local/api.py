"""What an attempt on this machine claims, tells and reports, answered on the loopback interface."""

import json
import secrets
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

_LARGEST_BODY = 16 * 1024 * 1024


class AttemptApi:
    """The three routes of a runtime, for one attempt and its token. A context: it serves inside of it."""

    def __init__(self, spec: dict[str, Any], on_progress: Callable[[dict[str, Any]], None]) -> None:
        self.token = secrets.token_urlsafe(32)
        self.report: dict[str, Any] | None = None
        self._spec = spec
        self._on_progress = on_progress
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.1,), name="attempt-api", daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Status and body."""
        route = path.removeprefix(f"/api/workflows/{self._spec['run_id']}/attempts/1/")
        if route == "start":
            return 200, {"spec": self._spec, "mlflow_url": None}
        if route == "progress":
            self._on_progress(body)
            return 204, None
        if route == "report":
            self.report = body
            return 200, {"state": "SUCCEEDED" if body["outcome"] == "succeeded" else "FAILED"}
        return 404, {"code": "route_not_found", "detail": "There is no such route."}

    def __enter__(self) -> "AttemptApi":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()


def _handler_of(api: AttemptApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # Head and body are two writes.

        def log_message(self, *_: object) -> None:
            return

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            if length > _LARGEST_BODY:
                self.close_connection = True
                return self._say(413, {"code": "body_too_large", "detail": "The body is too large."})
            body = self.rfile.read(length)
            given = self.headers.get("authorization") or ""
            if not secrets.compare_digest(given.encode(), f"Bearer {api.token}".encode()):
                return self._say(401, {"code": "token_invalid", "detail": "It is another attempt's."})
            return self._say(*api.answer(self.path, json.loads(body)))

        def _say(self, status: int, body: Any) -> None:
            payload = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            if status != 204:
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

    return Handler
