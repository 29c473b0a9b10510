"""ASGI layer that stamps when a request has arrived, bounds its body and names it.

The stamp is taken when the last byte is here, before a thread, a connection or a
lock is waited for: a full server never makes a request late.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import structlog
from starlette.exceptions import HTTPException

from app.infra.ids import new_id

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from app.delivery.runtime import Runtime

_REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")


class BodyTooLargeError(HTTPException):
    """The body exceeds what this installation accepts; each door answers it in its own shape."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"The request is larger than {limit} bytes. Nothing was stored.", {"connection": "close"})


class ReceivedMiddleware:
    """Sets ``scope["state"]["received_at"]`` and ``["request_id"]``."""

    def __init__(self, app: ASGIApp, *, runtime: Runtime, max_body: int) -> None:
        self.app, self.runtime, self.max_body = app, runtime, max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        headers = dict(scope["headers"])
        sent_id = headers.get(b"x-request-id", b"").decode("latin-1")
        state["request_id"] = sent_id if _REQUEST_ID.match(sent_id) else new_id().hex
        state["received_at"] = self.runtime.clock.now()
        structlog.contextvars.bind_contextvars(request_id=state["request_id"])
        declared = headers.get(b"content-length", b"0")
        too_large, size = declared.isdigit() and int(declared) > self.max_body, 0

        async def stamped() -> Message:
            nonlocal size
            if too_large:
                raise BodyTooLargeError(self.max_body)
            message = await receive()
            if message["type"] == "http.request":
                size += len(message.get("body", b""))
                if size > self.max_body:
                    raise BodyTooLargeError(self.max_body)
                if not message.get("more_body", False):
                    state["received_at"] = self.runtime.clock.now()
            return message

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", state["request_id"].encode())]
            await send(message)

        try:
            await self.app(scope, stamped, named)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
