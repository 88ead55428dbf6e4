"""A small real HTTP server in the API's place: gives the answers that a test lines up, and keeps what it was asked."""

import json
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "a-token-that-must-stay-secret"


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class Answer:
    """`breaks`: the connection is reset, before the answer or after so many bytes of it."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    breaks: int | None = None
    delay: Callable[[], None] | None = None


def problem(status: int, code: str, retryable: bool = False, errors: list[Any] | None = None, **headers: str) -> Answer:
    body = {
        "type": f"urn:griffin:problem:{code}",
        "title": "A title",
        "status": status,
        "code": code,
        "detail": f"what {code} means",
        "retryable": retryable,
        "trace_id": "0" * 32,
        **({"errors": errors} if errors else {}),
    }
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, body, {"content-type": "application/problem+json", **named})


class Server:
    """Serves on a free port of the loopback. `answers` are used up one by one; `routes` answer when none is left."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.routes: dict[str, Callable[[Asked], Answer]] = {}
        self.asked: list[Asked] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if self.answers:
            return self.answers.pop(0)
        route = self.routes.get(f"{asked.method} {asked.path}")
        return route(asked) if route else problem(404, "route_not_found")

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def _handler(server) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # Head and body are two writes.

            def log_message(self, *_: object) -> None:
                return

            def _any(self) -> None:
                url = urlsplit(self.path)
                length = int(self.headers.get("content-length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                query = {name: ",".join(values) for name, values in parse_qs(url.query).items()}
                headers = {name.lower(): value for name, value in self.headers.items()}
                answer = server.answer(Asked(self.command, url.path, query, headers, body))
                if answer.delay:
                    answer.delay()
                self._give(answer)

            def _give(self, answer: Answer) -> None:
                body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                if answer.body is None:
                    body = b""
                if answer.breaks == 0:
                    return self._reset()
                self.send_response(answer.status)
                for name, value in {"content-type": "application/json", **answer.headers}.items():
                    self.send_header(name, value)
                if answer.status not in (204, 304):
                    self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: answer.breaks])
                return self._reset() if answer.breaks else None

            def _reset(self) -> None:
                self.wfile.flush()
                self.close_connection = True
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.shutdown(socket.SHUT_RDWR)

            do_GET = do_POST = do_PUT = do_DELETE = _any

        return Handler
