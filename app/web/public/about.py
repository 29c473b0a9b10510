"""What this service says about itself: accessibility, data protection, its API."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.data_protection.rules.notices import NOTICES
from app.data_protection.rules.retention import RETENTION, Confidence
from app.delivery.guards import public
from app.delivery.unit_of_work import READ, Work, run
from app.web.pages import page
from app.web.requests import Request_

router = APIRouter()
_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of the API's table."""

    method: str
    path: str
    summary: str
    statuses: str


@router.get("/accessibility")
def accessibility(incoming: Request_) -> Response:
    """The accessibility statement. Public."""
    contact = incoming.runtime.settings.contact_email
    return run(incoming, READ, public, lambda work: page(work, "public/accessibility.html", contact=contact))


@router.get("/data-protection")
def data_protection(incoming: Request_) -> Response:
    """What is kept, why and how long. Public."""
    settings = incoming.runtime.settings
    hours, idle = settings.session_hours, settings.idle_minutes
    template = "public/data_protection.html"
    contact = settings.contact_email

    def render(work: Work) -> Response:
        return page(work, template, session_hours=hours, idle_minutes=idle, contact=contact)

    return run(incoming, READ, public, render)


@router.get("/privacy")
def privacy(incoming: Request_) -> Response:
    """What happens with the data that each kind of page asks for. Public."""
    contact = incoming.runtime.settings.contact_email

    def render(work: Work) -> Response:
        return page(
            work,
            "public/privacy.html",
            notices=NOTICES.values(),
            lines=RETENTION.values(),
            assumed=Confidence.ASSUMED,
            contact=contact,
        )

    return run(incoming, READ, public, render)


@router.get("/api")
def api(incoming: Request_, request: Request) -> Response:
    """How programs use this service, with every operation. Public."""
    groups: dict[str, list[Operation]] = {}
    for tag, operation in _operations(request.app.openapi()):
        groups.setdefault(tag, []).append(operation)
    base = incoming.runtime.settings.base_url
    return run(incoming, READ, public, lambda work: page(work, "public/api.html", groups=groups, base_url=base))


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    """Every operation with its group, in the order of the paths."""
    for path, item in sorted(document.get("paths", {}).items()):
        for method in _METHODS:
            if (found := item.get(method)) is None:
                continue
            summary = (found.get("description") or found.get("summary") or "").split("\n")[0].replace("``", "")
            success = ", ".join(code for code in found.get("responses", {}) if code < "400")
            yield (found.get("tags") or ["other"])[0], Operation(method.upper(), path, summary, success)
