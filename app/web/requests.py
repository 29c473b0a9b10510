"""From a Starlette request to Incoming: cookies, CSRF, form. Touches no database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Request

from app.delivery.incoming import Incoming, TypedCode, client_of
from app.delivery.runtime import Runtime
from app.web.languages import language_of

SESSION_COOKIE = "grappe_session"
VISITOR_COOKIE = "grappe_visitor"
HALF_COOKIE = "grappe_half"
MAX_FIELDS = 5_000
MAX_FILES = 20
MAX_TEXT_BYTES = 2_000_000
"""Longest text of one field."""


def runtime_of(request: Request) -> Runtime:
    """The runtime of this process."""
    runtime: Runtime = request.app.state.runtime
    return runtime


async def parse(request: Request) -> AsyncIterator[Incoming]:
    """Dependency of every HTML route."""
    if request.method != "POST":
        yield without_form(request)
        return
    form = await request.form(max_files=MAX_FILES, max_fields=MAX_FIELDS, max_part_size=MAX_TEXT_BYTES)
    try:
        incoming = without_form(request)
        request.state.form = form
        token, key, code = form.get("_csrf"), form.get("_key"), form.get("_second_step") or form.get("_recovery_code")
        secret = incoming.session_secret or incoming.visitor_secret
        yield replace(
            incoming,
            form=form,
            csrf_ok=isinstance(token, str) and incoming.runtime.signer.csrf_matches(secret, token),
            idempotency_key=key if isinstance(key, str) else "",
            second_step=TypedCode(code) if isinstance(code, str) and code else None,
        )
    finally:
        await form.close()


def without_form(request: Request) -> Incoming:
    """The request as far as its head tells; enough for pages that say what went wrong."""
    runtime = runtime_of(request)
    return Incoming(
        runtime=runtime,
        received_at=request.state.received_at,
        request_id=request.state.request_id,
        method=request.method,
        path=request.url.path,
        client=client_of(request, runtime),
        query=request.query_params,
        query_string=request.url.query,
        session_secret=request.cookies.get(SESSION_COOKIE, ""),
        visitor_secret=request.state.visitor_secret,
        half_sign_in=request.cookies.get(HALF_COOKIE, ""),
        fragment=request.headers.get("hx-request") == "true",
        language=language_of(request),
    )


def with_form(request: Request) -> Incoming:
    """The request with the form that was already read, for the page that keeps it while it asks for something first."""
    form = getattr(request.state, "form", None)
    return replace(without_form(request), form=form)


Request_ = Annotated[Incoming, Depends(parse)]
"""Annotation of the one parameter that every HTML route takes."""
