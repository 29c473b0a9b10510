"""From a request to Incoming at the JSON door: bearer token, idempotency key, parts of addresses. Touches no database."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Path, Query, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AfterValidator

from app.core.commands import clean
from app.delivery.incoming import Incoming, TypedCode, client_of
from app.delivery.runtime import Runtime

_bearer = HTTPBearer(auto_error=False, description="An API token made on the account page")


async def parse(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Incoming:
    """Dependency of every API route. Cookies are not looked at, so no other site can use a browser's sign-in."""
    runtime: Runtime = request.app.state.runtime
    return Incoming(
        runtime=runtime,
        received_at=request.state.received_at,
        request_id=request.state.request_id,
        method=request.method,
        path=request.url.path,
        client=client_of(request, runtime),
        query=request.query_params,
        query_string=request.url.query,
        api_token=credentials.credentials if credentials else "",
        door="api",
        idempotency_key=request.headers.get("idempotency-key", ""),
        acting_for=request.headers.get("acting-for", ""),
        second_step=TypedCode(code) if (code := request.headers.get("second-step", "")) else None,
    )


Request_ = Annotated[Incoming, Depends(parse)]
"""Annotation of the one parameter that every API route takes."""


def _second_step(
    second_step: Annotated[
        str | None,
        Header(
            max_length=40,
            description="The current code of the person's device. It counts once; without it, or with a wrong one, 403.",
        ),
    ] = None,
) -> None:
    """Only says in the OpenAPI document what ``parse`` reads."""


SECOND_STEP = Depends(_second_step)
"""Among the ``dependencies`` of every route whose guard is ``stepped_up``: documents the header ``Second-Step``."""


def printable(text: str) -> str:
    """A part of an address as a command's field takes it: what a body may not say, an address may not say either."""
    clean(text)
    return text


Name = Annotated[str, Path(max_length=100), AfterValidator(printable)]
"""What an address calls something by."""
Identifier = Annotated[str, Path(max_length=100, description="In any spelling in use"), AfterValidator(printable)]
"""A call in an address."""
Searched = Annotated[str, Query(max_length=200), AfterValidator(printable)]
"""Words to look for."""
