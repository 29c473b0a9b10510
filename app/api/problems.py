"""Refusals as RFC 9457 problem documents with rule ids."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from app.core.errors import DomainError, StaleVersionError, TooManyAttemptsError
from app.core.money import Money
from app.delivery.status_codes import status_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from app.core.violations import Violation


class Finding(BaseModel):
    """One rule that does not hold."""

    rule: str = Field(description="Id of the rule, as printed on pages")
    message: str = Field(description="What is wrong, in plain English, with the figures")
    place: str = Field("", description="Field or part of the application")
    severity: str = Field("blocking", description="blocking or warning")
    figures: dict[str, Any] = Field(
        default_factory=dict, description="Figures behind the finding; money as amount and currency"
    )
    cure: str = Field("", description="What would mend it")
    source: str = Field("", description="Where the rule comes from")


class Problem(BaseModel):
    """An RFC 9457 problem."""

    type: str = Field(description="URI reference of the kind of problem")
    title: str
    status: int
    detail: str = ""
    instance: str = ""
    request_id: str = ""
    violations: list[Finding] = Field(default_factory=list)
    current_version: int | None = Field(None, description="With a stale version: the version that is stored")
    theirs: dict[str, str] | None = Field(None, description="With a stale version: the texts that are stored")


def finding_of(violation: Violation) -> Finding:
    """The JSON shape of a finding."""
    figures = {
        name: value.as_json() if isinstance(value, Money) else value if isinstance(value, int) else str(value)
        for name, value in violation.figures.items()
    }
    return Finding(
        rule=violation.rule,
        message=violation.text,
        place=violation.place,
        severity=violation.severity.value,
        figures=figures,
        cure=violation.cure,
        source=violation.source,
    )


def problem(request: Request, error: DomainError | None, *, status: int = 500) -> Response:
    """The answer for a refusal, or for a bare status."""
    code = status_of(error) if error is not None else status
    stale = error if isinstance(error, StaleVersionError) else None
    body = Problem(
        type=f"/problems/{error.rule}" if error is not None else "about:blank",
        title=HTTPStatus(code).phrase,
        status=code,
        detail=error.message if error is not None else "",
        instance=request.url.path,
        request_id=request.state.request_id,
        violations=[finding_of(violation) for violation in error.violations] if error is not None else [],
        current_version=stale.current if stale else None,
        theirs=stale.theirs if stale else None,
    )
    headers = {}
    if isinstance(error, TooManyAttemptsError):
        headers["retry-after"] = str(error.wait_seconds)
    if code == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    return JSONResponse(
        body.model_dump(mode="json", exclude_none=True), code, headers=headers, media_type="application/problem+json"
    )


PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "description": HTTPStatus(code).phrase, "content": {"application/problem+json": {}}}
    for code in (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 503)
}
"""What any API route may answer besides its success; part of the OpenAPI document."""
