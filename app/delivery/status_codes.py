"""DomainError class to HTTP status, once for both doors."""

from __future__ import annotations

from app.core.errors import (
    DomainError,
    NotFoundError,
    NotPermittedError,
    RulesViolatedError,
    SecondStepRequiredError,
    SignInRequiredError,
    StaleVersionError,
    TooManyAttemptsError,
    TransitionNotAllowedError,
    TryAgainError,
)

_STATUS: dict[type[DomainError], int] = {
    RulesViolatedError: 422,
    SignInRequiredError: 401,
    NotPermittedError: 403,
    SecondStepRequiredError: 403,
    NotFoundError: 404,
    TransitionNotAllowedError: 409,
    StaleVersionError: 409,
    TooManyAttemptsError: 429,
    TryAgainError: 503,
}


def status_of(error: DomainError) -> int:
    """The HTTP status of a refusal."""
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 422)
