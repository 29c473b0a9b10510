"""Security headers and the visitor cookie that binds a form to the browser it was given to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection

from app.infra.tokens import new_secret
from app.web.requests import HALF_COOKIE, SESSION_COOKIE, VISITOR_COOKIE

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from app.delivery.runtime import Runtime

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HALF_PATH = "/sign-in"
_SECRET = re.compile(r"^[A-Za-z0-9_-]{43}$")


class SecurityMiddleware:
    """Adds the headers to every answer."""

    def __init__(self, app: ASGIApp, *, runtime: Runtime) -> None:
        self.app, self.secure = app, runtime.settings.secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        visitor = _visitor(scope)
        fresh = "" if visitor else new_secret()
        scope.setdefault("state", {})["visitor_secret"] = visitor or fresh

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers(scope, message, fresh)]
            await send(message)

        await self.app(scope, receive, guarded)

    def _headers(self, scope: Scope, message: Message, fresh: str) -> list[tuple[bytes, bytes]]:
        headers = [
            (b"content-security-policy", POLICY.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"x-frame-options", b"DENY"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
        ]
        if self.secure:
            headers.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))
        present = {name for name, _ in message["headers"]}
        kind = dict(message["headers"]).get(b"content-type", b"")
        if scope["path"].startswith("/static/") and message["status"] in {200, 206, 304}:
            lasting = scope["query_string"].startswith(b"v=")
            headers.append((b"cache-control", b"public, max-age=31536000, immutable" if lasting else b"no-cache"))
        elif b"cache-control" not in present:
            headers.append((b"cache-control", b"no-store"))
        if fresh and kind.startswith(b"text/html"):
            cookie = f"{VISITOR_COOKIE}={fresh}; Path=/; HttpOnly; SameSite=Lax; Max-Age=86400{'; Secure' if self.secure else ''}"
            headers.append((b"set-cookie", cookie.encode()))
        return headers


def _visitor(scope: Scope) -> str:
    value = HTTPConnection(scope).cookies.get(VISITOR_COOKIE, "")
    return value if _SECRET.match(value) else ""


def set_session_cookie(response: Response, secret: str, *, seconds: int, secure: bool) -> None:
    """Give the browser its sign-in."""
    response.set_cookie(SESSION_COOKIE, secret, max_age=seconds, httponly=True, samesite="lax", secure=secure, path="/")


def drop_session_cookie(response: Response, *, secure: bool) -> None:
    """Take the sign-in from the browser."""
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax", secure=secure, path="/")


def set_half_sign_in(response: Response, token: str, *, seconds: int, secure: bool) -> None:
    """Remember between password and code who typed the password; only the page of the code gets it back."""
    response.set_cookie(
        HALF_COOKIE, token, max_age=seconds, httponly=True, samesite="lax", secure=secure, path=_HALF_PATH
    )


def drop_half_sign_in(response: Response, *, secure: bool) -> None:
    """Forget it."""
    response.delete_cookie(HALF_COOKIE, httponly=True, samesite="lax", secure=secure, path=_HALF_PATH)
