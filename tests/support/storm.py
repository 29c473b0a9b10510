"""Clients of a storm: real HTTP over real connections, each noting the platform's time before and after."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from app.infra.tokens import TokenSigner
from app.web.requests import SESSION_COOKIE
from tests.support.platform import SECRET_KEY

if TYPE_CHECKING:
    from datetime import datetime

    from tests.builders.copies import Copy
    from tests.support.platform import Platform

SIGNER = TokenSigner(SECRET_KEY)
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request was told, between the instants at which its sending began and its answer was read."""

    who: Copy
    status: int
    body: str
    location: str
    sent_at: datetime
    answered_at: datetime

    @property
    def accepted(self) -> bool:
        """Whether it was acknowledged: a created document, or a redirect to the next page."""
        return self.status in {200, 201, 303}

    @property
    def json(self) -> Any:
        """The body as a document."""
        return json.loads(self.body)


class Client:
    """One connection, kept open as browsers do; opened again where the server went away."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._connection: http.client.HTTPConnection | None = None

    def _send(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, str]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.platform.port, timeout=60)
        try:
            self._connection.request("POST", path, body, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read().decode(), answer.getheader("location", "")
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def form(self, who: Copy, path: str, fields: dict[str, str]) -> Answer:
        """Send a form as the person's browser."""
        body = urlencode({**fields, "_csrf": SIGNER.csrf(who.cookie)}).encode()
        return self._noted(who, path, body, {"content-type": FORM, "cookie": f"{SESSION_COOKIE}={who.cookie}"})

    def program(self, who: Copy, path: str, document: object, *, key: str = "") -> Answer:
        """Send a document as the person's program."""
        headers = {"content-type": "application/json", "authorization": f"Bearer {who.token}"}
        if key:
            headers["idempotency-key"] = key
        return self._noted(who, path, json.dumps(document).encode(), headers)

    def submit(self, who: Copy, *, door: str, key: str) -> Answer:
        """Submit the application by the browser's or the program's door."""
        if door == "web":
            return self.form(who, f"/applications/{who.application_id}/submit", {"_key": key})
        return self.program(who, f"/api/v1/applications/{who.application_id}/submissions", {}, key=key)

    def _noted(self, who: Copy, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        sent_at = self.platform.now()
        status, text, location = self._send(path, body, headers)
        return Answer(who, status, text, location, sent_at, self.platform.now())


def storm(platform: Platform, threads: int, work: Sequence[Callable[[Client], Answer]]) -> list[Answer]:
    """Share the work out among threads that start together; every answer, or the first failure."""
    answers: list[Answer] = []
    failures: list[BaseException] = []
    together = threading.Barrier(threads)

    def run(number: int) -> None:
        client = Client(platform)
        together.wait()
        try:
            for do in work[number::threads]:
                answers.append(do(client))  # noqa: PERF401  # each as it comes
        except BaseException as error:  # noqa: BLE001  # told by the main thread
            failures.append(error)
        finally:
            client.close()

    running = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join(120)
    if failures:
        raise failures[0]
    return answers


def sleep_until(platform: Platform, instant: datetime) -> None:
    """Wait until the platform's clock shows the instant."""
    time.sleep(max(0.0, (instant - platform.now()).total_seconds()))
