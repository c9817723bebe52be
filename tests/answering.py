"""A server that gives the answers it is told to, well-formed or not, and remembers who asked what and when."""

import threading
import time
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Answer = tuple[int, Mapping[str, str], bytes]
HANG_UP: Answer = (0, {}, b"")


class Answering:
    """Each request gets the next answer, and the last one again and again; used as a context."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.asked: list[tuple[float, str, bytes]] = []  # when (monotonic), where, what
        self._answers = list(answers)
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, where: str, what: bytes) -> Answer:
        """What comes next."""
        self.asked.append((time.monotonic(), where, what))
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def _handler(answering: Answering) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            status, headers, body = answering.answer(self.path, self.rfile.read(int(self.headers["Content-Length"])))
            self.close_connection = True
            if not status:
                return
            self.send_response_only(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Tests have enough to say."""

    return Handler
