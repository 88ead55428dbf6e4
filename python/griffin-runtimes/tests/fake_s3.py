"""As much of S3 as Arrow uses: objects, ranges, listings and multipart uploads, in memory, without signatures."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import BinaryIO
from urllib.parse import parse_qs, unquote, urlsplit


class FakeS3:
    """Serves on a free port of the loopback. `refuses`: every write is answered with 403."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.refuses = False
        self._parts: dict[str, dict[int, bytes]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "FakeS3":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def put(self, key: str, query: dict[str, list[str]], body: bytes) -> None:
        if "partNumber" in query:
            self._parts.setdefault(key, {})[int(query["partNumber"][0])] = body
        else:
            self.objects[key] = body

    def complete(self, key: str) -> None:
        self.objects[key] = b"".join(part for _, part in sorted(self._parts.pop(key, {}).items()))

    def listing(self, bucket: str, prefix: str) -> bytes:
        found = [key for key in sorted(self.objects) if key.startswith(f"{bucket}/{prefix}")]
        contents = "".join(
            f"<Contents><Key>{key.split('/', 1)[1]}</Key><Size>{len(self.objects[key])}</Size>"
            "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"
            for key in found
        )
        about = f"<KeyCount>{len(found)}</KeyCount><IsTruncated>false</IsTruncated>"
        return _result("ListBucketResult", about + contents)

    def _handler(s3) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                return

            def do_PUT(self) -> None:
                body = self._body()
                if s3.refuses:
                    return self._answer(403, b"<Error><Code>AccessDenied</Code><Message>No.</Message></Error>")
                s3.put(self._key, self._query, body)
                return self._answer(200, headers={"ETag": '"e"'})

            def do_POST(self) -> None:
                self._body()
                if s3.refuses:
                    return self._answer(403, b"<Error><Code>AccessDenied</Code><Message>No.</Message></Error>")
                if "uploads" in self._query:
                    return self._answer(200, _result("InitiateMultipartUploadResult", "<UploadId>u</UploadId>"))
                s3.complete(self._key)
                return self._answer(200, _result("CompleteMultipartUploadResult", "<ETag>e</ETag>"))

            def do_HEAD(self) -> None:
                self.do_GET()

            def do_GET(self) -> None:
                if "list-type" in self._query:
                    bucket = self._key.strip("/")
                    return self._answer(200, s3.listing(bucket, self._query.get("prefix", [""])[0]))
                if self._key not in s3.objects:
                    return self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
                return self._send_object(s3.objects[self._key])

            def _send_object(self, data: bytes) -> None:
                asked = re.match(r"bytes=(\d+)-(\d+)", self.headers.get("range") or "")
                if asked is None:
                    return self._answer(200, data)
                first, last = int(asked[1]), min(int(asked[2]), len(data) - 1)
                extent = {"Content-Range": f"bytes {first}-{last}/{len(data)}"}
                return self._answer(206, data[first : last + 1], extent)

            @property
            def _key(self) -> str:
                return unquote(urlsplit(self.path).path).lstrip("/")

            @property
            def _query(self) -> dict[str, list[str]]:
                return parse_qs(urlsplit(self.path).query, keep_blank_values=True)

            def _body(self) -> bytes:
                if self.headers.get("transfer-encoding") == "chunked":
                    body = _chunks(self.rfile)
                else:
                    body = self.rfile.read(int(self.headers.get("content-length") or 0))
                return _chunks(BytesIO(body)) if self.headers.get("content-encoding") == "aws-chunked" else body

            def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

        return Handler


def _result(name: str, content: str) -> bytes:
    return f"<{name}>{content}</{name}>".encode()


def _chunks(stream: BinaryIO) -> bytes:
    """HTTP and S3 cut a body in the same way: a size in hex, data, an empty line after the last."""
    data = b""
    while size := int(stream.readline().split(b";")[0], 16):
        data += stream.read(size)
        stream.readline()
    while stream.readline().strip():
        continue
    return data
