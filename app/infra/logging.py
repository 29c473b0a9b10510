"""Structured logs with a request id on every line, and the counters behind /metrics."""

from __future__ import annotations

import logging
import time
import warnings
from typing import TYPE_CHECKING

import structlog
from prometheus_client import Counter, Histogram

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUESTS = Counter("grappe_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram("grappe_request_seconds", "Time from request to answer", ["route"])
_CONSOLE = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
"""Plain tracebacks: the fancy ones print local variables, and those hold people's data."""


def configure_logging(*, as_json: bool) -> None:
    """Set up structlog for this process; the bank library's notes on countries without own check digits are left out."""
    warnings.filterwarnings("ignore", message="No national checksum algorithm")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer() if as_json else _CONSOLE,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    logging.getLogger("procrastinate").setLevel(logging.WARNING)


class CountingMiddleware:
    """ASGI layer that counts and times every answer by route, never by address: addresses hold ids."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            path = _template(scope)
            REQUESTS.labels(scope["method"], path, str(status)).inc()
            SECONDS.labels(path).observe(time.perf_counter() - began)


def _template(scope: Scope) -> str:
    """The route as it is written, with the prefix under which it was included."""
    template: str = getattr(scope.get("route"), "path", "unmatched")
    if "endpoint" not in scope or ":path" in template:
        return template
    before = scope["path"].split("/")[: -template.count("/")]
    return "/".join(before) + template
