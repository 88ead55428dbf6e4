"""api as the runtime sees it: three routes, their answers set by the test, their calls kept."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FakeApi:
    """Serves on a free port of the loopback. `answers`: per route a list of (status, body), used up one by one."""

    def __init__(self) -> None:
        self.spec: dict[str, Any] = {}
        self.mlflow_url: str | None = None
        self.answers: dict[str, list[tuple[int, Any]]] = {"start": [], "progress": [], "report": []}
        self.calls: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def bodies(self, route: str) -> list[dict[str, Any]]:
        return [body for called, body, _ in self.calls if called == route]

    def answer(self, route: str) -> tuple[int, Any]:
        if self.answers[route]:
            return self.answers[route].pop(0)
        return 200, {"spec": self.spec, "mlflow_url": self.mlflow_url} if route == "start" else {}

    def __enter__(self) -> "FakeApi":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(api) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                return

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                route = self.path.rsplit("/", 1)[-1]
                api.calls.append((route, body, {**self.headers, "path": self.path}))
                status, answer = api.answer(route)
                payload = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

        return Handler
