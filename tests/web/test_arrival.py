"""When a request has arrived: at its last byte, whoever else keeps the server busy."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from starlette.responses import Response

from app.delivery.guards import public
from app.delivery.unit_of_work import READ, Work, run
from app.web.requests import VISITOR_COOKIE, Request_
from tests.support.runtime import a_runtime
from tests.support.server import raw_request, serving
from tests.web.letters import letters_app, stored_letters

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

VISITOR = "v" * 43
PAUSE = 0.7


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """A runtime with the real clock and only two threads."""
    folder: Path = tmp_path_factory.mktemp("arrival")
    with a_runtime("test_arrival", folder, real_clock=True, threads=2) as made:
        yield made


def a_post(runtime: Runtime, extra: bytes = b"") -> tuple[bytes, bytes]:
    body = f"name=Ada&_csrf={runtime.signer.csrf(VISITOR)}".encode()
    head = (
        b"POST /parcels HTTP/1.1\r\nHost: grappe\r\nConnection: close\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n" + extra
    )
    cookie = f"Cookie: {VISITOR_COOKIE}={VISITOR}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return head + cookie, body


def received_at(answer: bytes) -> datetime:
    head, body = answer.split(b"\r\n\r\n", 1)
    assert b"201 Created" in head, answer
    return datetime.fromisoformat(json.loads(body)["received_at"])


def test_a_request_has_arrived_with_its_last_byte(runtime: Runtime) -> None:
    head, body = a_post(runtime)
    with serving(letters_app(runtime)) as port:
        began = datetime.now(UTC)
        late = received_at(raw_request(port, head, body[:-1], body[-1:], pause=PAUSE))
        ended = datetime.now(UTC)
        prompt = received_at(raw_request(port, head + body))
    assert began + timedelta(seconds=2 * PAUSE) - timedelta(milliseconds=50) <= late <= ended
    assert prompt - ended < timedelta(seconds=1)


def test_a_full_server_makes_nobody_late(runtime: Runtime) -> None:
    """Both threads are taken; the third request waits for one, and its stamp does not."""
    go_on, taken = threading.Event(), threading.Semaphore(0)
    app = letters_app(runtime)

    def wait(incoming: Request_) -> Response:
        def handler(work: Work) -> Response:
            taken.release()
            go_on.wait(20)
            return Response("waited")

        return run(incoming, READ, public, handler)

    app.add_api_route("/wait", wait, methods=["GET"], response_model=None)
    head, body = a_post(runtime)
    answers: list[bytes] = []
    with serving(app) as port:
        ask = b"GET /wait HTTP/1.1\r\nHost: grappe\r\nConnection: close\r\n\r\n"
        busy = [threading.Thread(target=raw_request, args=(port, ask)) for _ in range(2)]
        for thread in busy:
            thread.start()
        assert taken.acquire(timeout=10)
        assert taken.acquire(timeout=10)
        sent = datetime.now(UTC)
        third = threading.Thread(target=lambda: answers.append(raw_request(port, head + body)))
        third.start()
        time.sleep(1)
        freed = datetime.now(UTC)
        assert not answers
        go_on.set()
        for thread in (*busy, third):
            thread.join()
    assert received_at(answers[0]) - sent < timedelta(seconds=0.7)
    assert received_at(answers[0]) < freed


def test_a_half_sent_request_stores_nothing(runtime: Runtime) -> None:
    before = stored_letters(runtime)
    head, body = a_post(runtime)
    with serving(letters_app(runtime)) as port:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(head + body[:-1])
            time.sleep(0.3)
        time.sleep(0.3)
        received_at(raw_request(port, head + body))
    assert stored_letters(runtime) == before + 1


def test_a_client_cannot_bring_its_own_stamp(runtime: Runtime) -> None:
    head, body = a_post(runtime, b"X-Received-At: 2001-01-01T00:00:00Z\r\nDate: Mon, 01 Jan 2001 00:00:00 GMT\r\n")
    with serving(letters_app(runtime)) as port:
        assert datetime.now(UTC) - received_at(raw_request(port, head + body)) < timedelta(seconds=5)
