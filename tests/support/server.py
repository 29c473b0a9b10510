"""The application behind a real HTTP server on a free local port."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from starlette.types import ASGIApp

START_SECONDS = 20


@contextmanager
def serving(app: ASGIApp) -> Iterator[int]:
    """Serve ``app`` in a thread; gives the port."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    end = time.monotonic() + START_SECONDS
    while not server.started:
        if time.monotonic() > end or not thread.is_alive():
            raise RuntimeError("the server did not start")
        time.sleep(0.01)
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def raw_request(port: int, *pieces: bytes, pause: float = 0) -> bytes:
    """Send the pieces over one connection with ``pause`` seconds between them; the whole answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        for number, piece in enumerate(pieces):
            if number:
                time.sleep(pause)
            connection.sendall(piece)
        answer = b""
        while part := connection.recv(65_536):
            answer += part
        return answer
