"""DomainError to page: the words of the refusal, the right status, a way on."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.core.errors import (
    DomainError,
    NotFoundError,
    SecondStepRequiredError,
    SignInRequiredError,
    TooManyAttemptsError,
)
from app.delivery.guards import public
from app.delivery.status_codes import status_of
from app.delivery.unit_of_work import READ, run
from app.web.findings import shown
from app.web.pages import page
from app.web.second_steps import ask_for_code

if TYPE_CHECKING:
    from app.delivery.incoming import Incoming
    from app.delivery.unit_of_work import Work

log = structlog.get_logger(__name__)

_PAGES = {400: 422, 401: 403, 405: 404, **{code: code for code in (403, 404, 409, 413, 422, 429, 500, 503)}}
"""Status to the page that explains it; any other status is explained as our fault."""
_SAID_BY_THE_PAGE = frozenset({403, 404})
"""There the whole page is the finding, and nothing on it could be mended."""


def error_page(incoming: Incoming, error: DomainError) -> Response:
    """The page for a refusal that no form could show at its fields."""
    if isinstance(error, SignInRequiredError):
        return _to_sign_in(incoming)
    if isinstance(error, SecondStepRequiredError):
        return ask_for_code(incoming, error)
    status = status_of(error)
    answer = status_page(incoming, status, error=error)
    if isinstance(error, TooManyAttemptsError):
        answer.headers["retry-after"] = str(error.wait_seconds)
    return answer


def status_page(incoming: Incoming, status: int, *, error: DomainError | None = None) -> Response:
    """The page of a status; plain text if even that cannot be made."""
    template = f"errors/{_PAGES.get(status, 500)}.html"

    def render(work: Work) -> Response:
        findings = error.violations if error is not None and status not in _SAID_BY_THE_PAGE else ()
        return page(work, template, status=status, errors=findings, message=_told(work, error) if error else "")

    try:
        return run(incoming, READ, public, render)
    except Exception as reason:  # noqa: BLE001  # the database may be away: say so without it
        log.warning("page.not_made", template=template, reason=repr(reason))
        words = error.message if error else "The service cannot answer now. Nothing was changed; please try again."
        return HTMLResponse(
            f"<!doctype html><html lang=en><title>Grappe</title><h1>{status}</h1><p>{escape(words)}</p></html>", status
        )


def _told(work: Work, error: DomainError) -> str:
    """The refusal in the reader's language; what was asked for without access is not named in another one."""
    if isinstance(error, NotFoundError) and work.known.language != "en":
        return ""
    return (
        shown(error.violations[0], language=work.known.language).text if len(error.violations) == 1 else error.message
    )


def _to_sign_in(incoming: Incoming) -> Response:
    """To the sign-in page, and afterwards back to the page that was wanted (a sent form has none)."""
    wanted = f"{incoming.path}?{incoming.query_string}".rstrip("?") if incoming.method == "GET" else "/"
    target = f"/sign-in?next={quote(wanted, safe='/')}"
    if incoming.fragment:  # htmx would put the sign-in page into the fragment's place
        return Response(status_code=401, headers={"hx-redirect": target})
    return RedirectResponse(target, status_code=303)
