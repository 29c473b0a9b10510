"""create_app: the one place where everything is wired."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import __version__
from app.api.problems import problem
from app.api.routes import api_router
from app.core.errors import DomainError, NotFoundError, RulesViolatedError
from app.delivery.received import ReceivedMiddleware
from app.delivery.runtime import Runtime
from app.delivery.signpost import Signpost
from app.delivery.validation import violations_of_request
from app.infra.logging import CountingMiddleware
from app.web.errors import error_page, status_page
from app.web.health import health_router
from app.web.pages import STATIC
from app.web.requests import with_form, without_form
from app.web.routes import web_router
from app.web.security import SecurityMiddleware

log = structlog.get_logger(__name__)
CLOCK_EVERY_SECONDS = 60
FORM_OVERHEAD = 1_000_000
API = "/api/v1"


def create_app(runtime: Runtime) -> FastAPI:
    """The application over a built runtime."""
    app = FastAPI(
        title="Grappe",
        version=__version__,
        summary="Grant programmes for business clusters, from the call to the last euro.",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.runtime = runtime
    app.include_router(health_router)
    app.include_router(api_router, prefix=API)
    static = Mount("/static", StaticFiles(directory=STATIC), name="static")
    app.router.routes += web_router.routes
    app.router.routes[:0] = [Signpost(app.router.routes, prefix=API), static]
    _answer_errors(app)
    app.add_middleware(LastResortMiddleware)
    app.add_middleware(SecurityMiddleware, runtime=runtime)
    app.add_middleware(ReceivedMiddleware, runtime=runtime, max_body=runtime.settings.upload_max_bytes + FORM_OVERHEAD)
    app.add_middleware(CountingMiddleware)
    return app


class LastResortMiddleware:
    """Answers what nobody expected with a plain 500, inside the layers that give every answer its headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap one request."""
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            log.exception("request.failed", exc_info=error)
            request = Request(scope, receive)
            if request.url.path.startswith(API):
                answer = problem(request, None, status=500)
            else:
                answer = await anyio.to_thread.run_sync(status_page, without_form(request), 500)
            await answer(scope, receive, send)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    runtime: Runtime = app.state.runtime
    anyio.to_thread.current_default_thread_limiter().total_tokens = runtime.settings.threads
    stopping = threading.Event()

    def keep_time() -> None:
        while not stopping.wait(CLOCK_EVERY_SECONDS):
            try:
                runtime.measure_clock()
            except Exception as error:  # noqa: BLE001  # the database may be away: /readyz says so
                log.warning("clock.not_measured", reason=str(error))

    runtime.measure_clock()
    keeper = threading.Thread(target=keep_time, name="grappe-clock", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stopping.set()


def _answer_errors(app: FastAPI) -> None:
    """Every refusal in the shape of its door."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, DomainError)  # noqa: S101  # registered for this class
        if request.url.path.startswith(API):
            return problem(request, error)
        return await anyio.to_thread.run_sync(error_page, with_form(request), error)

    async def unreadable(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for this class
        found = violations_of_request(error.errors())
        if request.url.path.startswith(API):
            return problem(request, RulesViolatedError(found))
        return await refused(request, NotFoundError())

    async def status(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101  # registered for this class
        if request.url.path.startswith(API):
            answer = problem(request, None, status=error.status_code)
        else:
            answer = await anyio.to_thread.run_sync(status_page, without_form(request), error.status_code)
        answer.headers.update(error.headers or {})
        return answer

    app.add_exception_handler(DomainError, refused)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(HTTPException, status)
